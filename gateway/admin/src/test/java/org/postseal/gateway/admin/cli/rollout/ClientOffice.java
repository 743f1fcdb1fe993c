package org.postseal.gateway.admin.cli.rollout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.CertificateRequest;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;

/** An administrator who trusts an authority and holds keys of users below it. */
final class ClientOffice {
    static final CertificateAuthority AUTHORITY = CertificateAuthority.create(
            "Ours",
            KeyAlgorithm.RSA2048,
            Administration.NOW.minus(Duration.ofDays(900)),
            Administration.NOW.plus(Duration.ofDays(900)));

    final Administration admin;
    private int files;

    private ClientOffice(Path folder) throws IOException {
        admin = Administration.in(folder);
        ok(admin.run("key init"));
        admin.write("ca.pem", AUTHORITY.root().toPem(), AUTHORITY.issuer().toPem());
        ok(admin.run("trust import partners", admin.file("ca.pem")));
    }

    static ClientOffice in(Path folder) throws IOException {
        return new ClientOffice(folder);
    }

    /** Prepares the request for a certificate. */
    static CertificateRequest request(String address, int fromDays, int toDays) {
        return AUTHORITY
                .request(MailAddress.of(address))
                .algorithm(KeyAlgorithm.RSA2048)
                .validity(day(fromDays), day(toDays));
    }

    private static Instant day(int days) {
        return Administration.NOW.plus(Duration.ofDays(days));
    }

    /** Issues the certificate and imports it with its key. */
    IssuedCertificate take(CertificateRequest request) {
        IssuedCertificate issued = request.issue();
        try {
            Path file = admin.file("import-" + files++ + ".p12");
            Files.write(file, issued.pkcs12("secret".toCharArray()));
            String password = admin.write(file.getFileName() + ".password", "secret\n");
            ok(admin.run("key import", file, "--password-file", password));
            // A file that is left in the folder then comes from a command
            Files.delete(file);
            Files.delete(Path.of(password));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return issued;
    }

    /** Makes a user with one key for both uses, valid for a year. */
    IssuedCertificate user(String address) {
        return take(request(address, -1, 365));
    }

    Done run(Object... words) {
        return admin.run(words[0].toString(), java.util.Arrays.copyOfRange(words, 1, words.length));
    }

    /** Returns the records of keys that were exported. */
    List<String> exports() {
        return admin.changes().stream()
                .filter(each -> each.action().equals("key-export"))
                .map(each -> each.object() + " " + String.join(", ", each.details()))
                .toList();
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    static void ok(Done done) {
        if (done.exitCode() != 0) {
            throw new AssertionError(done.toString());
        }
    }
}
