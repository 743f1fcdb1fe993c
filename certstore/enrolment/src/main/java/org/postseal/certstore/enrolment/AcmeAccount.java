package org.postseal.certstore.enrolment;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.postseal.certstore.Ownership;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.toolbox.JoseUtils;
import org.shredzone.acme4j.util.KeyPairUtils;

/** Our account at an ACME authority. Its key is for nothing else, and lies in a file of its own. */
final class AcmeAccount {
    private AcmeAccount() {}

    /**
     * Logs in, and makes the key and the account if they are missing. RFC 8555 §7.3: the same key finds its account.
     */
    static Login login(Session session, AcmeAuthority.Server server)
            throws AcmeException, IOException, GeneralSecurityException {
        if (!Files.exists(server.account())) {
            make(server.account());
        }
        AccountBuilder account =
                new AccountBuilder().addContact("mailto:" + server.contact()).useKeyPair(read(server.account()));
        if (server.termsAgreed()) {
            account.agreeToTermsOfService();
        }
        if (server.externalAccount().isPresent()) {
            AcmeAuthority.ExternalAccount external = server.externalAccount().get();
            account.withKeyIdentifier(external.keyId(), hmacKey(external.hmacFile()));
        }
        return account.createLogin(session);
    }

    /** Returns the thumbprint of the account key (RFC 7638), which is no secret. */
    static String thumbprint(Login login) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(JoseUtils.thumbprint(login.getKeyPair().getPublic()));
    }

    private static KeyPair read(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            return KeyPairUtils.readKeyPair(reader);
        } catch (IOException | RuntimeException e) {
            throw new IOException("the account key in " + file + " cannot be read", e);
        }
    }

    private static void make(Path file) throws IOException, GeneralSecurityException {
        // Bouncy Castle writes the public half into the private one, and it is read from there.
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        StringWriter pem = new StringWriter();
        KeyPairUtils.writeKeyPair(generator.generateKeyPair(), pem);
        Path beside = file.resolveSibling(
                "." + file.getFileName() + ".new-" + ProcessHandle.current().pid());
        Files.createFile(beside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(beside, pem.toString(), StandardOpenOption.WRITE, StandardOpenOption.SYNC);
            Ownership.giveAsOf(file.resolveSibling(""), beside);
            // Unlike a rename, a link never replaces the key of an account that somebody has made meanwhile.
            Files.createLink(file, beside);
        } catch (FileAlreadyExistsException theirs) {
            return;
        } finally {
            Files.delete(beside);
        }
    }

    private static String hmacKey(Path file) throws IOException {
        String key = Files.readString(file).split("\r?\n", 2)[0].strip();
        if (!key.matches("[A-Za-z0-9_-]{16,}={0,2}")) {
            throw new IOException("no key in base64url in " + file);
        }
        return key.replace("=", "");
    }
}
