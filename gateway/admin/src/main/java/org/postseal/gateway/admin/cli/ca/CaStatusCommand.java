package org.postseal.gateway.admin.cli.ca;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.authority.Intermediate;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.certstore.authority.OcspResponder;
import org.postseal.certstore.authority.RootList;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        description = "Show the state of the authority and what has to be done; exit code 65 if there is an alarm.",
        footer = {"", "  postseal ca status --json"})
final class CaStatusCommand implements Callable<Integer> {
    private final CaAccess access;

    @Mixin
    private CaAccess.Folder folder = new CaAccess.Folder();

    @Mixin
    private Options.Json json = new Options.Json();

    CaStatusCommand(CaAccess access) {
        this.access = access;
    }

    @Override
    public Integer call() {
        StoreAccess store = access.store();
        Map<String, Object> facts = new LinkedHashMap<>();
        List<String> alarms = new ArrayList<>();
        Map<Integer, List<List<MailAddress>>> lost = new LinkedHashMap<>();
        try (CaFolder opened = access.open(folder)) {
            Instant now = store.now();
            authority(facts, alarms, "root", opened.root(), now);
            authority(facts, alarms, "intermediate", opened.issuer(), now);
            intermediates(facts, alarms, lost, opened, now);
            for (Intermediate each : CaAccess.tried(() -> opened.listing(now))) {
                list(facts, alarms, opened, each.list(), Duration.ofDays(3), "postseal ca crl", now);
            }
            list(facts, alarms, opened, CaSettings.ROOT_LIST, Duration.ofDays(30), "postseal ca crl --root-key", now);
            answers(facts, alarms, opened, now);
            counts(facts, opened, now);
        }
        // The folder is closed before this step. Users who have got another certificate since, or have left, need none
        lost.forEach((number, people) -> unserved(alarms, number, people));
        facts.put("alarms", alarms);
        if (json.isWanted()) {
            store.out().println(JsonText.of(facts));
        } else {
            facts.forEach((name, value) -> {
                if (!name.equals("alarms")) {
                    store.out().println(name + ": " + value);
                }
            });
            alarms.forEach(each -> store.out().println("ALARM: " + each));
        }
        return alarms.isEmpty() ? ExitCode.OK : ExitCode.REFUSED;
    }

    private static void authority(
            Map<String, Object> facts, List<String> alarms, String name, MailCertificate certificate, Instant now) {
        facts.put(name, certificate.id().hex());
        facts.put(name + "Until", certificate.notAfter());
        if (now.isAfter(certificate.notAfter()) || now.isBefore(certificate.notBefore())) {
            alarms.add("the " + name + " is not valid now: it signs nothing");
        } else if (certificate.notAfter().isBefore(now.plus(Duration.ofDays(YEAR)))) {
            alarms.add("the " + name + " ends on " + Validity.day(certificate.notAfter())
                    + ", so that what it signs is valid for less than a year"
                    + (name.equals("root") ? "" : "; postseal ca renew-intermediate"));
        }
    }

    /** Says how each intermediate stands if there are several, and what is lost if one is revoked. */
    private static void intermediates(
            Map<String, Object> facts,
            List<String> alarms,
            Map<Integer, List<List<MailAddress>>> lost,
            CaFolder folder,
            Instant now) {
        List<Intermediate> revoked = CaAccess.tried(folder::revokedIntermediates);
        for (Intermediate each : folder.intermediates()) {
            List<IssuedEntry> valid = folder.index().entries().stream()
                    .filter(entry -> entry.issuer() == each.number() && entry.isUsable(now))
                    .toList();
            Instant last = valid.stream()
                    .map(IssuedEntry::notAfter)
                    .max(Instant::compareTo)
                    .orElse(now);
            if (folder.intermediates().size() > 1) {
                facts.put(
                        "intermediate" + each.number(),
                        each.certificate().id().hex()
                                + (revoked.contains(each)
                                        ? ", revoked"
                                        : (each.equals(folder.intermediate()) ? ", issues" : ", issues no more") + ", "
                                                + Options.count(valid, "valid certificate")
                                                + (valid.isEmpty() ? "" : ", the last until " + Validity.day(last))));
            }
            if (revoked.contains(each) && each.equals(folder.intermediate())) {
                alarms.add("intermediate " + each.number() + " is revoked, and with it "
                        + Options.count(valid, "certificate")
                        + ": postseal ca renew-intermediate, postseal ca issue --missing");
            } else if (revoked.contains(each) && !valid.isEmpty()) {
                lost.put(
                        each.number(),
                        valid.stream().map(IssuedEntry::addresses).distinct().toList());
            }
        }
    }

    private void unserved(List<String> alarms, int number, List<List<MailAddress>> people) {
        List<MailAddress> missing = MissingUsers.among(access, folder, people);
        if (!missing.isEmpty()) {
            alarms.add("intermediate " + number + " is revoked, and " + Options.count(missing, "user")
                    + " whom it has certified " + (missing.size() == 1 ? "has" : "have")
                    + " no other certificate: postseal ca issue --missing");
        }
    }

    private static void list(
            Map<String, Object> facts,
            List<String> alarms,
            CaFolder folder,
            String name,
            Duration ahead,
            String command,
            Instant now) {
        Instant end = CaAccess.tried(() -> RootList.nextUpdate(folder.publicFile(name)));
        // A warning always three days ahead would never end for a list that is valid for one day, so it begins at a
        // third of the list's lifetime if that is shorter
        Duration third =
                CaAccess.tried(() -> RootList.lifetime(folder.publicFile(name))).dividedBy(3);
        Duration warned = third.compareTo(ahead) < 0 ? third : ahead;
        facts.put(name.replace(".crl", "ListUntil"), end);
        if (!now.isBefore(end)) {
            alarms.add(name + " has ended at " + end + ": " + command);
        } else if (end.isBefore(now.plus(warned))) {
            alarms.add(name + " ends at " + end + ": " + command);
        }
    }

    private static void answers(Map<String, Object> facts, List<String> alarms, CaFolder folder, Instant now) {
        if (!folder.hasResponder()) {
            return;
        }
        CaAccess.tried(() -> new OcspResponder(folder.publicFolder()).validity())
                .ifPresent(validity -> {
                    facts.put("answersUntil", validity.nextUpdate());
                    if (validity.nextUpdate().isBefore(now)) {
                        alarms.add("the OCSP answers have ended at " + validity.nextUpdate() + ": postseal ca ocsp");
                    }
                });
    }

    private static void counts(Map<String, Object> facts, CaFolder folder, Instant now) {
        List<IssuedEntry> entries = folder.index().entries();
        List<Integer> over = CaAccess.tried(folder::revokedIntermediates).stream()
                .map(Intermediate::number)
                .toList();
        facts.put("lists", folder.index().lists());
        facts.put("issued", entries.size());
        facts.put(
                "valid",
                entries.stream()
                        .filter(each -> each.isUsable(now) && !over.contains(each.issuer()))
                        .count());
        facts.put(
                "expiring",
                Expiring.before(folder.index(), now.plus(Validity.SOON), now).size());
        facts.put(
                "expired",
                entries.stream()
                        .filter(each -> each.revocation().isEmpty() && !each.isUsable(now))
                        .count());
        facts.put(
                "revoked",
                entries.stream().filter(each -> each.revocation().isPresent()).count());
    }

    private static final int YEAR = 365;
}
