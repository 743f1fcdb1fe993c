package org.postseal.certstore.key.token;

import java.io.IOException;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.PublicKeys;
import org.postseal.certstore.key.handle.Engines;

/** A login to a token, with the JDK's provider for it and the keys that the provider knows now. Immutable. */
final class TokenSession {
    private final Provider provider;
    private final Engines engines;
    private final List<Entry> entries;

    private TokenSession(Provider provider, List<Entry> entries) {
        this.provider = provider;
        this.engines = Engines.of(provider);
        this.entries = List.copyOf(entries);
    }

    /** A key on the token, and the certificates that the token holds for it. */
    record Entry(PrivateKey key, SubjectPublicKeyInfo publicKey, List<MailCertificate> certificates) {}

    /**
     * Logs in and lists the keys.
     *
     * @throws WrongPinException if the token refuses the PIN
     * @throws KeyFileException if the token cannot be used for another reason
     */
    static TokenSession open(TokenSettings settings, Pkcs11Library library, char[] pin)
            throws KeyFileException, WrongPinException {
        library.start();
        String slot = switch (settings.slot()) {
            case TokenSettings.Slot.Label(String label) -> "slot = " + library.slotOf(label);
            case TokenSettings.Slot.Index(int index) -> "slotListIndex = " + index;
        };
        String configuration = "--name = " + settings.name() + "\nlibrary = " + settings.library() + "\n" + slot + "\n"
                + SECRET_OF_AGREEMENT + String.join("\n", settings.attributes()) + "\n";
        try {
            Provider provider = Security.getProvider("SunPKCS11").configure(configuration);
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, pin);
            return new TokenSession(provider, entries(store));
        } catch (GeneralSecurityException | IOException | ProviderException e) {
            if (isWrongPin(e)) {
                throw new WrongPinException(e);
            }
            throw new KeyFileException("token " + settings.name() + ": " + said(e), e);
        }
    }

    List<Entry> entries() {
        return entries;
    }

    Engines engines() {
        return engines;
    }

    @Nullable
    PrivateKey key(SubjectPublicKeyInfo publicKey) {
        return entries.stream()
                .filter(entry -> PublicKeys.same(entry.publicKey(), publicKey))
                .map(Entry::key)
                .findFirst()
                .orElse(null);
    }

    /** Logs out before the library is restarted, so that the token holds nothing for us. */
    void abandon() {
        try {
            ((AuthProvider) provider).logout();
        } catch (LoginException | ProviderException gone) {
            // The session is gone already.
        }
    }

    /** Returns true if {@code failure} is about the token or the session, not about the operation. */
    static boolean isLoss(Throwable failure) {
        return causes(failure).stream().anyMatch(message -> LOSS.stream().anyMatch(message::startsWith));
    }

    // Only keys with a certificate object of the same CKA_ID are seen, because SunPKCS11 builds its key store that way.
    private static List<Entry> entries(KeyStore store) throws GeneralSecurityException {
        List<Entry> found = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)
                    && store.getKey(alias, null) instanceof PrivateKey privateKey
                    && store.getCertificate(alias) instanceof X509Certificate leaf) {
                SubjectPublicKeyInfo publicKey =
                        SubjectPublicKeyInfo.getInstance(leaf.getPublicKey().getEncoded());
                found.add(new Entry(privateKey, publicKey, certificates(store.getCertificateChain(alias))));
            }
        }
        return found;
    }

    private static List<MailCertificate> certificates(Certificate @Nullable [] chain) {
        List<MailCertificate> found = new ArrayList<>();
        for (Certificate each : chain == null ? new Certificate[0] : chain) {
            try {
                found.add(MailCertificate.of(each.getEncoded()));
            } catch (CertificateException beyondOurLimits) {
                // This may be a placeholder of the token's maker. The key can still be used under certificates from
                // elsewhere.
            }
        }
        return found;
    }

    private static boolean isWrongPin(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof FailedLoginException) {
                return true;
            }
        }
        return causes(thrown).stream().anyMatch(message -> message.startsWith("CKR_PIN_"));
    }

    // The JDK does not export the exception that carries the code. Its message starts with the name of the code.
    private static List<String> causes(Throwable thrown) {
        List<String> messages = new ArrayList<>();
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            messages.add(String.valueOf(each.getMessage()));
        }
        return messages;
    }

    private static String said(Throwable thrown) {
        return causes(thrown).getLast();
    }

    /** Reports that the token refused the PIN. Trying again locks many tokens. */
    static final class WrongPinException extends Exception {
        private static final long serialVersionUID = 1;

        WrongPinException(Throwable cause) {
            super("PIN refused", cause);
        }
    }

    private static final Set<String> LOSS = Set.of(
            "CKR_GENERAL_ERROR",
            "CKR_FUNCTION_FAILED",
            "CKR_DEVICE_",
            "CKR_OBJECT_HANDLE_INVALID",
            "CKR_KEY_HANDLE_INVALID",
            "CKR_SESSION_",
            "CKR_SLOT_ID_INVALID",
            "CKR_TOKEN_",
            "CKR_USER_NOT_LOGGED_IN",
            "CKR_CRYPTOKI_NOT_INITIALIZED",
            "Token has been removed",
            "Token is not present");

    // The agreed secret is read out, and the wrapping key is derived here. Few tokens support the key derivation of RFC
    // 5753.
    private static final String SECRET_OF_AGREEMENT = """
            attributes(*,CKO_SECRET_KEY,CKK_GENERIC_SECRET) = {
              CKA_SENSITIVE = false
              CKA_EXTRACTABLE = true
            }
            """;
}
