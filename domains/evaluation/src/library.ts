import { createRequire } from "node:module";
import type * as Library from "@yunhe/evaluation";

const require = createRequire(import.meta.url);
let loaded: typeof Library | undefined;

/**
 * The library of composite indicators, loaded when something of it is first needed: its hundred files take longer to
 * load than most of the start of a server that may never evaluate anything. At once, and not as a promise, since
 * checks of a kind are.
 */
export const library = (): typeof Library => (loaded ??= require("@yunhe/evaluation") as typeof Library);
