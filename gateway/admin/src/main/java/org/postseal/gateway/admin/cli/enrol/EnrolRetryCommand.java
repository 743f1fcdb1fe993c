package org.postseal.gateway.admin.cli.enrol;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "retry",
        description = "Let the next run ask for these orders at once, those included that were refused.",
        footer = {"", "  postseal enrol retry alice@example.com"})
final class EnrolRetryCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(arity = "1..*", paramLabel = "ADDRESS", description = "the addresses whose orders wait")
    private List<MailAddress> addresses = new ArrayList<>();

    @Mixin
    private Options.Note note = new Options.Note();

    EnrolRetryCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        store.change(note.text(), editing -> {
            for (MailAddress each : addresses) {
                Order order = editing.contents()
                        .orders()
                        .of(each)
                        .orElseThrow(() -> new CommandFailure(
                                ExitCode.REFUSED,
                                "there is no order for " + Printable.line(each.toString()) + "; nothing changed",
                                "postseal enrol status"));
                boolean _ = editing.contents().orders().update(order.again(store.now()));
                // An ACME authority may have nothing else than what was not taken.
                boolean _ = editing.contents().acmeChallenges().remove(each);
                editing.record("enrol-retry", "key:" + order.key(), List.of("address " + each));
            }
            return true;
        });
        store.out().println(Options.count(addresses, "order") + " asked again in the next run");
        return ExitCode.OK;
    }
}
