package org.postseal.gateway.admin.cli.trust;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.TrustCollections.Collected;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Listing;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
        List<String> inForce = store.config().directory().trustCollections();
        new Listing<Collected>(store, json.isWanted(), each -> TrustShowCommand.members(each, store))
                .column("UNTIL", each -> Validity.day(each.expiryDate()))
                .column(
                        "STATE",
                        each -> TrustShowCommand.validity(each, store.now()).text())
                .column("NAME", Collected::name)
                .column("IN FORCE", each -> inForce.contains(each.name()) ? "yes" : "no")
                .column("ANCHORS", each -> String.valueOf(each.anchors().size()))
                .column(
                        "INTERMEDIATES",
                        each -> String.valueOf(each.intermediates().size()))
                .column("EXPIRING THUMBPRINT", Collected::expiringThumbprint)
                .column(
                        "IMPORTED",
                        each -> Validity.day(each.act().when()) + " by "
                                + each.act().who())
                .print(collections, Options.count(collections, "collection"));
        return ExitCode.OK;
    }
}
