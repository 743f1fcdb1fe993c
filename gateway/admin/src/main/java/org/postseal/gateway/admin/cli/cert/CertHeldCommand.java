package org.postseal.gateway.admin.cli.cert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.postseal.certstore.database.Harvest.Harvested;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Listing;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "held",
        description = "List certificates from verified mail that contradict what is known, longest waiting first.",
        footer = {
            "",
            "Either the partner has a new key, or somebody else got a certificate for the partner's address."
                    + " Ask the partner some other way, and then:",
            "",
            "  postseal cert accept bob@partner.example 1a2b3c4d",
            "  postseal cert dismiss bob@partner.example 1a2b3c4d"
        })
final class CertHeldCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Option(names = "--limit", paramLabel = "N", description = "list at most this many; default: 1000")
    private int limit = 1_000;

    @Mixin
    private Options.Json json = new Options.Json();

    CertHeldCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        List<Harvested> held = store.read(database -> database.harvest().held(limit));
        new Listing<Harvested>(store, json.isWanted(), CertHeldCommand::members)
                .column("SINCE", each -> Validity.day(each.firstSeen()))
                .column("ADDRESS", each -> each.address().toString())
                .column(
                        "SHA-256",
                        each -> CertificateName.brief(each.certificate().id()))
                .column("UNTIL", each -> Validity.day(each.certificate().notAfter()))
                .column("CONFLICT", CertHeldCommand::conflict)
                .column("SUBJECT", each -> CertificateView.subject(each.certificate()))
                .print(held, Options.count(held, "certificate") + " held");
        return ExitCode.OK;
    }

    private static Map<String, Object> members(Harvested held) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("address", held.address());
        members.put("firstSeen", held.firstSeen());
        members.put("signingTime", held.signingTime());
        members.put("conflict", held.conflict().map(Options::word));
        members.put("certificate", CertificateView.members(held.certificate()));
        return members;
    }

    private static String conflict(Harvested held) {
        return held.conflict()
                .map(conflict -> switch (conflict) {
                    case PINNED -> "another key is pinned";
                    case STORED -> "another key was imported";
                    case MIRRORED -> "a directory server has another key";
                    case CHANGED_KEY -> "another key was seen before";
                })
                .orElse("");
    }
}
