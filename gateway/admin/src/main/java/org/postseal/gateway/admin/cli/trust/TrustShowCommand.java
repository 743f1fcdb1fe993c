package org.postseal.gateway.admin.cli.trust;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.TrustCollections.Collected;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.TextTable;
import org.postseal.gateway.admin.cli.support.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Show the certificates of a collection, soonest expiry first.")
final class TrustShowCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "NAME", description = "name of the collection")
    private String name = "";

    @Mixin
    private Options.Json json = new Options.Json();

    TrustShowCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        Collected collection =
                store.read(database -> database.trust().find(name).orElseThrow(() -> missing(name)));
        if (json.isWanted()) {
            store.out().println(JsonText.of(members(collection, store)));
            return ExitCode.OK;
        }
        TextTable table = new TextTable(
                store.out(), store.terminalWidth(), "UNTIL", "STATE", "ROLE", "SHA-256", "THUMBPRINT", "SUBJECT");
        rows(table, "anchor", collection.anchors());
        rows(table, "intermediate", collection.intermediates());
        table.flush();
        return ExitCode.OK;
    }

    private void rows(TextTable table, String role, List<MailCertificate> certificates) {
        for (MailCertificate each : certificates) {
            table.row(
                    Validity.day(each.notAfter()),
                    Validity.of(each, store.now()).text(),
                    role,
                    CertificateName.brief(each.id()),
                    CertificateView.sha1(each),
                    CertificateView.subject(each));
        }
    }

    static Validity validity(Collected collection, Instant now) {
        return Validity.of(Instant.MIN, collection.expiryDate(), now);
    }

    static Map<String, Object> members(Collected collection, StoreAccess store) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", collection.name());
        members.put("inForce", store.config().directory().trustCollections().contains(collection.name()));
        members.put("expiryDate", collection.expiryDate());
        members.put("expiringThumbprint", collection.expiringThumbprint());
        members.put("state", validity(collection, store.now()).word());
        members.put(
                "anchors",
                collection.anchors().stream().map(CertificateView::members).toList());
        members.put(
                "intermediates",
                collection.intermediates().stream()
                        .map(CertificateView::members)
                        .toList());
        members.put("who", collection.act().who());
        members.put("added", collection.act().when());
        members.put("note", collection.act().note());
        return members;
    }

    static CommandFailure missing(String name) {
        return new CommandFailure(
                ExitCode.REFUSED, "no trust collection " + Printable.line(name), "postseal trust list shows all");
    }
}
