package org.postseal.certstore.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.MailCertificate;

/**
 * The certificates in the files of a store directory, for readers who must not see any key. From a PEM file (RFC 7468)
 * only the blocks of certificates are decoded, and a PKCS #12 file is not opened.
 *
 * @param notRead the files that may hold further certificates
 */
record StoreSight(List<MailCertificate> anchors, List<MailCertificate> certificates, List<StoreProblem> notRead) {
    static StoreSight of(Path directory) {
        StoreSight sight = new StoreSight(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        sight.look(directory, sight.certificates());
        if (Files.exists(directory.resolve("trust"))) {
            sight.look(directory.resolve("trust"), sight.anchors());
        }
        return sight;
    }

    private void look(Path directory, List<MailCertificate> found) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (IOException | DirectoryIteratorException e) {
            notRead.add(new StoreProblem(directory, "directory cannot be read"));
            return;
        }
        entries.sort(null);
        for (Path file : entries) {
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            String suffix = name.substring(name.lastIndexOf('.') + 1);
            if (name.startsWith(".") || !Files.isRegularFile(file) || !StoreFiles.isTaken(suffix)) {
                continue;
            }
            if (StoreFiles.isPkcs12(suffix)) {
                notRead.add(new StoreProblem(file, "holds keys and is not opened"));
            } else {
                read(file, found);
            }
        }
    }

    private void read(Path file, List<MailCertificate> found) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] octets = in.readNBytes(MAX_FILE_OCTETS);
            String text = new String(octets, ISO_8859_1);
            if (!text.contains("-----BEGIN ")) {
                // A DER file holds a single certificate or a single key (StoreFiles). A key does not parse as a
                // certificate, which is all that matters here.
                found.add(MailCertificate.of(octets));
                return;
            }
            Matcher blocks = CERTIFICATE.matcher(text);
            while (blocks.find()) {
                found.add(MailCertificate.of(Base64.getMimeDecoder().decode(blocks.group(1))));
            }
        } catch (IOException e) {
            notRead.add(new StoreProblem(file, "cannot be read"));
        } catch (CertificateException | IllegalArgumentException e) {
            notRead.add(new StoreProblem(file, "holds no certificate that can be read"));
        }
    }

    private static final int MAX_FILE_OCTETS = 16 << 20;
    private static final Pattern CERTIFICATE = Pattern.compile(
            "-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\\s]*+)-----END", Pattern.CASE_INSENSITIVE);
}
