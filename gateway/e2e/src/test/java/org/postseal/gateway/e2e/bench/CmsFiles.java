package org.postseal.gateway.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.CmsSigner;
import org.postseal.gateway.smime.CmsWork;
import org.postseal.gateway.testkit.SmimeMail;

/** Makes keys, certificates, content and CMS objects, in memory for us and in files for the C program. */
final class CmsFiles {
    /** More parsed certificates than the JDK and we remember, so that each is new when it comes again. */
    private static final int MANY = 3000;

    private final Path directory;
    private final BenchPki pki;
    private final Spool.Scope scope = new Spool.Factory().open();
    private final Map<Integer, Content> contents = new HashMap<>();

    CmsFiles(Path directory, BenchPki pki) {
        this.directory = directory;
        this.pki = pki;
    }

    record Content(RawMessage message, HeaderBlock header, RawMessage entity) {}

    /** An encrypted message. {@code bare} is the CMS object without base64, and {@code file} holds it. */
    record Sealed(RawMessage bare, RawMessage message, String file) {}

    /** A clear-signed message. {@code file} holds the detached CMS object. */
    record Signed(RawMessage message, MailAddress from, String file) {}

    Content content(int sizeKb) {
        return contents.computeIfAbsent(sizeKb, size -> {
            String entity = BenchRoad.mixed(size);
            RawMessage message = RawMessage.of(ascii(OUTER + entity));
            try {
                return new Content(
                        message,
                        HeaderBlock.read(message, Budget.standard()).orElseThrow(),
                        RawMessage.of(ascii(entity)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    String entity(int sizeKb) {
        return write("entity-" + sizeKb, octets(content(sizeKb).entity()));
    }

    String key(IssuedCertificate of) {
        return write("key-" + of.certificate().id().hex(), ascii(of.privateKeyPem()));
    }

    String certificate(IssuedCertificate of) {
        return write("certificate-" + of.certificate().id().hex(), ascii(of.certificatePem()));
    }

    String certificates(KeyAlgorithm algorithm, int count) {
        StringBuilder all = new StringBuilder();
        pki.recipients(algorithm, count).forEach(each -> all.append(each.certificatePem()));
        return write("recipients-" + algorithm + "-" + count, ascii(all.toString()));
    }

    String issuer() {
        return write("issuer", ascii(pki.authority().issuer().toPem()));
    }

    String root() {
        return write("root", ascii(pki.authority().root().toPem()));
    }

    Sealed sealed(CmsRows.Envelope envelope, int sizeKb) {
        try {
            Spool spool = scope.newSpool();
            CmsWork.envelopedData(
                    content(sizeKb).entity(),
                    List.of(pki.recipients(envelope.key(), 1).getFirst().certificate()),
                    envelope.settings(),
                    spool);
            byte[] cms = octets(spool.finish());
            String type = "Content-Type: application/pkcs7-mime; smime-type="
                    + (envelope == CmsRows.Envelope.CBC_PKCS1 ? "enveloped-data" : "authEnveloped-data")
                    + "; name=smime.p7m\r\nContent-Transfer-Encoding: ";
            byte[] base64 = java.util.Base64.getMimeEncoder().encode(cms);
            return new Sealed(
                    message(type + "binary\r\n\r\n", cms),
                    message(type + "base64\r\n\r\n", base64),
                    write("sealed-" + envelope + "-" + sizeKb, cms));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Signed signed(int sizeKb, IssuedCertificate signer) {
        Content content = content(sizeKb);
        try {
            RawMessage message = new CmsSigner()
                    .sign(content.message(), content.header(), signer.keyHandle(), CmsRows.PKCS1, pki.now(), scope)
                    .message();
            byte[] cms = octets(CmsWork.signedData(content.entity(), signer.keyHandle(), CmsRows.PKCS1, pki.now()));
            return new Signed(
                    RawMessage.of(octets(message)),
                    signer.certificate().addresses().getFirst(),
                    write("signed-" + sizeKb + "-" + signer.certificate().id().hex(), cms));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signs the same content with the same key, each time with another certificate. */
    List<Signed> signedByMany(int sizeKb, KeyAlgorithm algorithm) {
        int count = sizeKb > 5 ? MANY / 3 : MANY;
        List<Signed> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(signed(sizeKb, pki.renewed(algorithm)));
        }
        return all;
    }

    private static RawMessage message(String fields, byte[] body) {
        byte[] head = ascii(OUTER + fields);
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return RawMessage.of(whole);
    }

    private static byte[] octets(RawMessage message) {
        try {
            return message.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String write(String name, byte[] octets) {
        Path file = directory.resolve(name);
        try {
            if (!Files.exists(file)) {
                Files.write(file, octets);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static final String OUTER = """
            Received: from a.example.com (a.example.com [192.0.2.1]) by gw.example.com with ESMTP id 12345;
             Tue, 24 Nov 2026 12:00:00 +0000
            From: Alice <alice@example.com>
            To: Bob <bob@example.net>
            Subject: benchmark
            Message-ID: <1@example.com>
            MIME-Version: 1.0
            """.replace("\n", "\r\n") + SmimeMail.dateField();
}
