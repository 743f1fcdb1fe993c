package org.postseal.gateway.console;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.StoredCertificate;
import org.postseal.gateway.console.http.Page;
import org.postseal.gateway.road.directory.DirectoryView;
import org.postseal.policy.yaml.Words;

/** Shows one certificate: what it says, where it came from, and who decided about it. Thread-safe. */
public final class CertificatePage {
    private final DirectoryInView directory;
    private final InstantSource clock;

    CertificatePage(DirectoryInView directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Holds the content of the page.
     *
     * @param sha256 the SHA-256 as asked for
     * @param problem why there is nothing to show; empty if there is something
     * @param state a class of the style sheet, see {@link CertificateRow}
     * @param origins where the certificate came from, and what was decided about it
     * @param addresses for each address, a link to the page that says which certificate is chosen
     * @param records a link to the records that name the certificate
     * @param age the age of what is shown; empty if it is shown as it is now
     */
    public record View(
            String sha256,
            String problem,
            String state,
            String says,
            List<Entry> entries,
            List<Entry> origins,
            Map<String, String> addresses,
            String records,
            Optional<Age> age) {}

    Page page(Parameters asked, Frame frame) {
        String sha256 = asked.text("sha256").toLowerCase(Locale.ROOT);
        if (!sha256.matches(CertificatesPage.SHA256)) {
            return problem(400, sha256, "SHA-256: write 64 hexadecimal digits", frame);
        }
        return directory.look(seen -> DirectoryInView.find(seen, new CertificateId(sha256))
                .map(certificate -> found(seen, certificate, frame))
                .orElseGet(() -> problem(404, sha256, nothing(seen), frame)));
    }

    private static String nothing(DirectoryView seen) {
        return seen.unseen().isEmpty()
                ? "Neither the database nor the files of the store have this certificate."
                : "The certificate cannot be seen from here: " + String.join("; ", seen.unseenInWords());
    }

    private Page found(DirectoryView seen, MailCertificate certificate, Frame frame) {
        Instant now = clock.instant();
        List<Entry> origins = new ArrayList<>();
        boolean isBlocked = false;
        if (seen.inFiles().contains(certificate)) {
            origins.add(Entry.of("files", "stands in a file of the store"));
        }
        if (seen.database().isPresent()) {
            try {
                isBlocked = origins(seen.database().get(), certificate, origins);
            } catch (DatabaseException e) {
                origins.add(Entry.of("database", "cannot be read now: " + e.getMessage()));
            }
        }
        List<String> keys = seen.keySourcesOf(certificate);
        if (!keys.isEmpty()) {
            origins.add(Entry.of("key", "there is a private key to it, in " + String.join(", ", keys)));
        }
        String state = isBlocked ? "blocked" : CertificateRow.state(certificate, now);
        Map<String, String> addresses = new java.util.LinkedHashMap<>();
        for (MailAddress address : certificate.addresses()) {
            addresses.put(address.toString(), "certificates" + Parameters.query(Map.of("address", address.toString())));
        }
        View view = new View(
                certificate.id().hex(),
                "",
                state,
                CertificateRow.SAYS.getOrDefault(state, state),
                entries(certificate),
                origins,
                addresses,
                "search"
                        + Parameters.query(
                                Map.of("certificate", certificate.id().hex())),
                Age.of(seen, now));
        return Renderer.page(200, output -> JtecertificateGenerated.render(output, null, frame, view));
    }

    private static boolean origins(CertificateDatabase database, MailCertificate certificate, List<Entry> origins) {
        database.certificates()
                .find(certificate.id())
                .ifPresent(stored -> stored.entries()
                        .forEach(entry -> origins.add(new Entry(
                                entry.source(),
                                List.of(state(entry) + "on "
                                        + Times.second(entry.added().when()) + " by "
                                        + entry.added().who()
                                        + note(entry.added().note()))))));
        database.pins()
                .ofCertificate(certificate.id())
                .forEach(pin -> origins.add(Entry.of(
                        "pinned",
                        "for " + pin.address() + " to " + Words.word(pin.purpose()) + ", by "
                                + pin.act().who() + note(pin.act().note()))));
        Optional<Blocks.Block> block = database.blocks().of(new Blocks.Target.Certificate(certificate.id()));
        block.ifPresent(found -> origins.add(Entry.of(
                "blocked",
                "on " + Times.second(found.act().when()) + " by " + found.act().who()
                        + note(found.act().note()))));
        return block.isPresent();
    }

    /** Returns the state of an entry if its source does not say it already. */
    private static String state(StoredCertificate.Entry entry) {
        String state = Words.word(entry.state());
        return entry.source().equals(state) ? "" : state + " ";
    }

    private static String note(String note) {
        return note.isEmpty() ? "" : ": " + note;
    }

    private static List<Entry> entries(MailCertificate certificate) {
        List<Entry> entries = new ArrayList<>();
        entries.add(Entry.of("Subject", CertificateRow.subject(certificate)));
        entries.add(
                Entry.of("Issuer", certificate.x509().getIssuerX500Principal().getName()));
        entries.add(Entry.of("Serial number", certificate.serialNumber().toString(16)));
        entries.add(Entry.of("Valid from", Times.second(certificate.notBefore())));
        entries.add(Entry.of("Valid until", Times.second(certificate.notAfter())));
        entries.add(Entry.of("Key", certificate.keyKind().text()));
        entries.add(Entry.of("Use", CertificateRow.purpose(certificate)));
        certificate.weakness().ifPresent(weak -> entries.add(Entry.of("Weakness", weak)));
        certificate.subjectKeyIdentifier().ifPresent(id -> entries.add(Entry.of("Key identifier", id.hex())));
        return entries;
    }

    private static Page problem(int status, String sha256, String problem, Frame frame) {
        View view = new View(sha256, problem, "", "", List.of(), List.of(), Map.of(), "", Optional.empty());
        return Renderer.page(status, output -> JtecertificateGenerated.render(output, null, frame, view));
    }
}
