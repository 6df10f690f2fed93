import { Link } from "@tanstack/react-router";
import { useFleet } from "../../api/fleet.ts";
import { Empty } from "../../ui/Notice.tsx";
import { Page } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { fleetWords } from "../../words/fleet.ts";
import { commonWords } from "../../words/common.ts";
import { useSay } from "../../words/language.tsx";
import { FleetMap } from "./FleetMap.tsx";
import { FleetNumbers } from "./FleetNumbers.tsx";
import { Identifiers } from "./Identifiers.tsx";
import { Utilisation } from "./Utilisation.tsx";

export default function FleetPage() {
  const say = useSay();
  const { data: fleet, error, refetch } = useFleet();
  return (
    <Page title={say(fleetWords.title)} lead={say(fleetWords.lead)}>
      <Problem error={error} onRetry={() => void refetch()} />
      {fleet === undefined && error === null && <p className="soft">{say(commonWords.loading)}</p>}
      {fleet?.nodes.length === 0 && (
        <Empty
          icon="pool"
          title={say(fleetWords.emptyTitle)}
          actions={
            <Link to="/kinds/$kind/new" params={{ kind: "pools.compute.yunhe.dev" }}>
              {say(fleetWords.addPool)}
            </Link>
          }
        >
          {say(fleetWords.emptyBody)}
        </Empty>
      )}
      {fleet && fleet.nodes.length > 0 && (
        <>
          <FleetNumbers fleet={fleet} />
          <FleetMap nodes={fleet.nodes} />
          <Utilisation history={fleet.history} />
          <Identifiers />
        </>
      )}
    </Page>
  );
}
