package org.postseal.gateway.e2e.interop;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.format.BundleElement;
import org.postseal.certstore.format.CertificateExport;
import org.postseal.certstore.format.CertificateFile;
import org.postseal.certstore.format.CertificateFiles;
import org.postseal.certstore.format.ReadOptions;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.Believed;
import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.gateway.smime.CmsLimits;
import org.postseal.gateway.smime.CmsOpener;
import org.postseal.gateway.smime.CmsSigner;
import org.postseal.gateway.smime.LegacyReading;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.gateway.smime.SealException;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smime.SignatureStripper;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.gateway.smime.SignedMessage;
import org.postseal.gateway.smime.TrustingStore;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.LegacyAlgorithm;
import org.postseal.policy.protection.SigningSettings;

/**
 * Our side: the classes that a message meets in the gateway, with whole messages in and out. Old algorithms are
 * accepted where the test names them. Thread-safe.
 */
final class Postseal {
    private static final Believed OLD_TOO = new Believed(Set.of(LegacyAlgorithm.SHA1), false);

    private final People people;
    private final CertificateStore store;
    private final CmsSigner signer = new CmsSigner();
    private final CmsEncryptor encryptor = new CmsEncryptor();
    private final CmsOpener opener = new CmsOpener(CmsLimits.DEFAULT);
    private final SignatureVerifier verifier = new SignatureVerifier();
    private final SignatureStripper stripper = new SignatureStripper();
    private final Spool.Factory spools = new Spool.Factory();

    Postseal(People people) {
        this.people = people;
        this.store = new TrustingStore(people.authority().root());
    }

    SmimeMail sign(SmimeMail message, KeyAlgorithm key, SigningSettings settings) {
        try (Spool.Scope scope = spools.open()) {
            return mail(signed(message, key, settings, scope).message());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SealException e) {
            throw new AssertionError(e);
        }
    }

    SmimeMail encrypt(SmimeMail message, List<KeyAlgorithm> recipients, EncryptionSettings settings) {
        RawMessage raw = RawMessage.of(message.octets());
        try (Spool.Scope scope = spools.open()) {
            return mail(encryptor
                    .encrypt(raw, header(raw), recipients(recipients), settings, scope)
                    .message());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SealException e) {
            throw new AssertionError(e);
        }
    }

    /** Signs with multipart/signed, encrypts, and signs again if {@code isTriple}. */
    SmimeMail signAndEncrypt(
            SmimeMail message,
            KeyAlgorithm key,
            SigningSettings signing,
            EncryptionSettings encryption,
            boolean isTriple) {
        try (Spool.Scope scope = spools.open()) {
            Sendable.Sealed sealed = encryptor.encrypt(
                    signed(message, key, signing, scope),
                    CmsEncryptor.Audience.of(recipients(List.of(key))),
                    encryption,
                    scope);
            return mail(
                    isTriple
                            ? signer.sign(
                                            sealed,
                                            CmsSigner.Signer.of(
                                                    people.issued(key).keyHandle()),
                                            signing,
                                            Instant.now(),
                                            scope)
                                    .message()
                            : sealed.message());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SealException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the message without its signature, if that is good and by this signer. */
    Answer verify(SmimeMail message, Identity by) {
        try (Spool.Scope scope = spools.open()) {
            MimeEntity root = scan(message);
            SignatureVerdict verdict = verifier.check(
                            root, Optional.of(MailAddress.of(by.address())), store, Instant.now(), OLD_TOO)
                    .verdict();
            Optional<RawMessage> content = stripper.strip(root, scope);
            return verdict instanceof SignatureVerdict.Valid valid
                            && valid.signer().equals(people.issued(by).certificate())
                            && content.isPresent()
                    ? new Answer.Done(content.get().toByteArray())
                    : new Answer.Refused(verdict.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Decrypts the message with the key of this reader. */
    Answer open(SmimeMail message, Identity reader) {
        try (Spool.Scope scope = spools.open()) {
            OpenResult result =
                    opener.open(scan(message), List.of(people.issued(reader).keyHandle()), LegacyReading.ALL, scope);
            return switch (result) {
                case OpenResult.Opened opened ->
                    new Answer.Done(opened.message().message().toByteArray());
                case OpenResult.NotOpened _, OpenResult.NotEncrypted _ -> new Answer.Refused(result.toString());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the certificate of that user as {@code postseal cert export} writes it for PKCS #7. */
    byte[] certificates(Identity of) {
        return CertificateExport.pkcs7(List.of(people.issued(of).certificate()), List.of());
    }

    /** Returns the certificate of that user in DER, if such a file holds it and nothing bad. */
    Answer readCertificates(byte[] certificates, Identity of) {
        CertificateFile file =
                CertificateFiles.read("peer.p7c", new ByteArrayInputStream(certificates), ReadOptions.strict());
        boolean found = file instanceof CertificateFile.Contents contents
                && contents.problems().isEmpty()
                && contents.certificates().stream()
                        .map(BundleElement.CertificateElement::certificate)
                        .anyMatch(people.issued(of).certificate()::equals);
        return found ? new Answer.Done(der(of)) : new Answer.Refused(file.toString());
    }

    byte[] der(Identity identity) {
        try {
            return people.issued(identity).certificate().x509().getEncoded();
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    private SignedMessage signed(SmimeMail message, KeyAlgorithm key, SigningSettings settings, Spool.Scope scope)
            throws IOException, SealException {
        RawMessage raw = RawMessage.of(message.octets());
        return signer.sign(raw, header(raw), people.issued(key).keyHandle(), settings, Instant.now(), scope);
    }

    private List<CmsEncryptor.Recipient> recipients(List<KeyAlgorithm> keys) {
        return keys.stream()
                .map(key -> people.issued(key).certificate())
                .map(certificate ->
                        new CmsEncryptor.Recipient(certificate.addresses().getFirst(), certificate))
                .toList();
    }

    private static SmimeMail mail(RawMessage message) throws IOException {
        return new SmimeMail(message.toByteArray());
    }

    private static HeaderBlock header(RawMessage message) throws IOException {
        return HeaderBlock.read(message, Budget.standard()).orElseThrow();
    }

    private static MimeEntity scan(SmimeMail message) throws IOException {
        return MimeScanner.scan(RawMessage.of(message.octets()), Budget.standard())
                .orElseThrow();
    }
}
