package org.postseal.gateway.admin.cli.enrol;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.enrolment.Standing;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Listing;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        description = "List everybody who is to have a certificate, with their order and what happens next.",
        footer = {
            "",
            "Exit code 65: an authority has refused, or somebody's certificate is late.",
            "",
            "  postseal enrol status",
            "  postseal enrol status --json"
        })
final class EnrolStatusCommand implements Callable<Integer> {
    private final EnrolAccess access;

    @Mixin
    private Options.Json json = new Options.Json();

    EnrolStatusCommand(EnrolAccess access) {
        this.access = access;
    }

    @Override
    public Integer call() {
        StoreAccess store = access.store();
        Instant now = store.now();
        List<Standing> standings = access.inStore((place, wanted) -> Standing.of(place, wanted, now)).stream()
                .sorted(Comparator.comparing((Standing each) -> !each.isLate(now))
                        .thenComparing(each -> each.end().orElse(Instant.MIN)))
                .toList();
        long late = standings.stream().filter(each -> each.isLate(now)).count();
        new Listing<Standing>(store, json.isWanted(), each -> EnrolView.members(each, store))
                .column("ADDRESS", each -> each.wanted().address().toString())
                .column("AUTHORITY", each -> each.wanted().authority())
                .column("STATE", each -> each.state(now) + (each.isLate(now) ? ", LATE" : ""))
                .column("UNTIL", EnrolView::until)
                .column("NEXT", each -> EnrolView.next(each, store))
                .column("REASON", EnrolView::reason)
                .print(standings, Options.count(standings, "user") + ", " + late + " late");
        return late == 0 ? ExitCode.OK : ExitCode.REFUSED;
    }
}
