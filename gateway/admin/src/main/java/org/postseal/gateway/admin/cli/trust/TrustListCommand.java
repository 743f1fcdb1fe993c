package org.postseal.gateway.admin.cli.trust;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.TrustCollections.Collected;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.TextTable;
import org.postseal.gateway.admin.cli.support.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code postseal trust list}. */
@Command(name = "list", description = "List the collections of trusted issuers, soonest expiry first.")
final class TrustListCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Mixin
    private Options.Json json = new Options.Json();

    TrustListCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        List<Collected> collections = store
                .read((CertificateDatabase database) -> database.trust().list())
                .stream()
                .sorted(Comparator.comparing(Collected::expiryDate))
                .toList();
        if (json.isWanted()) {
            List<Map<String, Object>> all = collections.stream()
                    .map(each -> TrustShowCommand.members(each, store))
                    .toList();
            store.out().println(JsonText.of(all));
            return ExitCode.OK;
        }
        List<String> inForce = store.config().directory().trustCollections();
        TextTable table = new TextTable(
                store.out(),
                store.terminalWidth(),
                "UNTIL",
                "STATE",
                "NAME",
                "IN FORCE",
                "ANCHORS",
                "INTERMEDIATES",
                "EXPIRING THUMBPRINT",
                "IMPORTED");
        for (Collected each : collections) {
            table.row(
                    Validity.day(each.expiryDate()),
                    TrustShowCommand.validity(each, store.now()).text(),
                    each.name(),
                    inForce.contains(each.name()) ? "yes" : "no",
                    String.valueOf(each.anchors().size()),
                    String.valueOf(each.intermediates().size()),
                    each.expiringThumbprint(),
                    Validity.day(each.act().when()) + " by " + each.act().who());
        }
        if (!collections.isEmpty()) {
            table.flush();
        }
        store.out().println(Options.count(collections, "collection"));
        return ExitCode.OK;
    }
}
