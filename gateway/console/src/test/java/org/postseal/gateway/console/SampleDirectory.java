package org.postseal.gateway.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateOrders;
import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.certstore.database.Certificates;
import org.postseal.certstore.database.Samples;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.directory.CertificateDirectory;

/**
 * Fills a certificate store: an anchor is in a file, and the certificates of users and partners are in the database.
 * Some of them are about to expire.
 */
public final class SampleDirectory {
    /** This line of the configuration names the database. */
    public static final String CONFIGURATION = "directory: { database: directory.db }\n";

    public static final MailAddress BOB = MailAddress.of("bob@partner.example");
    public static final MailAddress ANN = MailAddress.of("ann@bank.example");

    private final CertificateAuthority authority;
    private final Path folder;
    private final Instant now;
    private final CertificateDatabase database;

    private SampleDirectory(Path folder, Instant now, CertificateDatabase database) {
        this.authority = CertificateAuthority.create("Sample", days(now, -1000), days(now, 1000));
        this.folder = folder;
        this.now = now;
        this.database = database;
    }

    /** Holds the certificates that were made. */
    public record Made(
            MailCertificate older, MailCertificate newer, MailCertificate expired, MailCertificate blocked) {}

    /** Writes the store. Bob has three certificates, and Ann has one, which is blocked. */
    public static Made write(Path folder, Instant now) throws IOException {
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("directory.db"))) {
            SampleDirectory sample = new SampleDirectory(folder, now, database);
            sample.trust();
            Made made = new Made(
                    sample.issued(BOB.toString(), -300, 40),
                    sample.issued(BOB.toString(), -30, 300),
                    sample.issued(BOB.toString(), -400, -3),
                    sample.issued(ANN.toString(), -30, 20));
            sample.add(Certificates.Origin.IMPORTED, made.older(), made.newer(), made.expired(), made.blocked());
            database.blocks()
                    .add(new Blocks.Block(
                            new Blocks.Target.Certificate(made.blocked().id()), sample.act("lost laptop")));
            List<MailCertificate> own = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                own.add(sample.issued("user" + i + "@example.com", -200, 3 + i * 9));
            }
            sample.add(Certificates.Origin.OWN, own.toArray(MailCertificate[]::new));
            return made;
        }
    }

    /** Adds {@code count} certificates of partners, which expire one day after the other. */
    public static void more(Path folder, Instant now, int count, String name) throws IOException {
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("directory.db"))) {
            SampleDirectory sample = new SampleDirectory(folder, now, database);
            List<MailCertificate> certificates = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                certificates.add(sample.authority
                        .request(MailAddress.of("p" + i + "@many.example"))
                        .commonName(name)
                        .validity(days(now, -100), days(now, 100 + i))
                        .issue()
                        .certificate());
            }
            sample.add(Certificates.Origin.IMPORTED, certificates.toArray(MailCertificate[]::new));
        }
    }

    /**
     * This line of the configuration is for a gateway that writes the public copy for the console. {@link #copy} writes
     * it.
     */
    public static final String COPIED = "directory: { database: directory.db, publicCopy: public/certificates.db }\n";

    public static final MailAddress CAROL = MailAddress.of("carol@example.com");

    /** Makes keys of Carol in files, the older one first, and writes the public copy of everything. */
    public static List<MailCertificate> copy(Path folder, GatewayConfig config, Instant now) throws IOException {
        List<MailCertificate> made = new ArrayList<>();
        SampleDirectory other =
                new SampleDirectory(folder, now, CertificateDatabase.open(folder.resolve("directory.db")));
        try (CertificateDatabase _ = other.database) {
            Files.writeString(
                    folder.resolve("store/trust/other-root.pem"),
                    other.authority.root().toPem());
            Files.writeString(
                    folder.resolve("store/other-issuer.pem"),
                    other.authority.issuer().toPem());
            for (int from : List.of(-200, -20)) {
                IssuedCertificate issued = other.authority
                        .request(CAROL)
                        .validity(days(now, from), days(now, 200))
                        .issue();
                Files.writeString(
                        folder.resolve("store/carol" + from + ".pem"),
                        issued.certificatePem() + issued.privateKeyPem());
                made.add(issued.certificate());
            }
        }
        switch (CertificateDirectory.open(
                config.directory(), config.storeDirectory(), Clock.fixed(now, ZoneOffset.UTC))) {
            case CertificateDirectory.Result.Opened(CertificateDirectory directory) -> {
                try (directory) {
                    directory.writePublicCopy();
                }
            }
            case CertificateDirectory.Result.Refused(var faults) -> throw new AssertionError(faults);
        }
        return made;
    }

    /** Adds an order that waits and one that its authority has refused. */
    public static void order(Path folder, MasterKey master) {
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("directory.db"))) {
            Order _ = Samples.order(database, master, CAROL, "public");
            Order refused = Samples.order(database, master, MailAddress.of("dora@example.com"), "public");
            boolean _ = database.orders()
                    .update(refused.after(CertificateOrders.State.REFUSED, Samples.NOW, "<b>no</b> such person"));
        }
    }

    private void trust() throws IOException {
        Path trust = Files.createDirectories(folder.resolve("store/trust"));
        Files.writeString(trust.resolve("root.pem"), authority.root().toPem());
        Files.writeString(folder.resolve("store/issuer.pem"), authority.issuer().toPem());
    }

    private MailCertificate issued(String address, int from, int to) {
        return authority
                .request(MailAddress.of(address))
                .validity(days(now, from), days(now, to))
                .issue()
                .certificate();
    }

    private void add(Certificates.Origin origin, MailCertificate... certificates) {
        int _ = database.certificates().addAll(List.of(certificates), origin, act("from the fair"));
    }

    private Act act(String note) {
        return new Act("admin", now, note);
    }

    private static Instant days(Instant now, int days) {
        return now.plus(Duration.ofDays(days));
    }
}
