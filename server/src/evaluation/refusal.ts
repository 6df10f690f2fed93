import { ApiError, words } from "@yunhe/kernel";
import { invalid } from "@yunhe/domain-evaluation";

/** Runs a step of the library; what it refuses becomes the API's answer, with every finding. */
export async function refusable<T>(step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const { EvaluationError, tabular } = await import("@yunhe/evaluation");
    if (error instanceof EvaluationError) throw invalid(error);
    if (error instanceof tabular.InputError) throw new ApiError("Invalid", error.words, {}, { cause: error });
    throw error;
  }
}

export const missing = (en: string, zh: string): ApiError => new ApiError("NotFound", words(en, zh));

export const badRequest = (en: string, zh: string): ApiError => new ApiError("BadRequest", words(en, zh));
