package org.postseal.gateway.admin.rollout;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.key.KeyMaterial;

/**
 * Selects the keys that a user's mail programs get: those that the gateway would use for the address now, by the same
 * rules. Only keys whose certificate carries the address are taken. A key that an administrator mapped to the address
 * opens mail in the gateway, but it is not handed to the user.
 */
public final class ClientKeySelection {
    private final CertificateStore store;
    private final MailAddress address;
    private final Instant now;
    private final List<KeyHandle> decrypting;
    private final Map<CertificateId, ClientKey> found = new LinkedHashMap<>();
    // A set, so that each reason is given once
    private final Set<String> leftOut = new LinkedHashSet<>();

    private ClientKeySelection(CertificateStore store, MailAddress address, Instant now) {
        this.store = store;
        this.address = address;
        this.now = now;
        this.decrypting = store.decryptionKeys(address).stream()
                .filter(key -> key.certificate().addresses().contains(address))
                .sorted(NEWEST_FIRST)
                .toList();
    }

    public sealed interface Result {
        /**
         * At least one key was found.
         *
         * @param leftOut the keys that the user does not get and the uses for which there is no key, each with the
         *     reason
         */
        record Found(ClientKeys keys, List<String> leftOut) implements Result {}

        /** No key was found. */
        record None(String why) implements Result {}
    }

    /**
     * Selects the keys of an address.
     *
     * @param withHistory whether all older decryption keys are taken as well
     * @throws StoreUnavailableException when a key source cannot answer
     */
    public static Result of(CertificateStore store, MailAddress address, boolean withHistory, Instant now) {
        ClientKeySelection selection = new ClientKeySelection(store, address, now);
        Optional<CertificateStatus> signing = selection.signing();
        Optional<CertificateStatus> encrypting = selection.encrypting();
        if (withHistory) {
            selection.history();
        }
        selection.nameMlKem(withHistory);
        if (selection.found.isEmpty()) {
            return new Result.None(selection.whyNone(signing, encrypting));
        }
        signing.ifPresent(why -> selection.leftOut.add("no key to sign with: " + why.text()));
        encrypting.ifPresent(why -> selection.leftOut.add(notEncrypting(why)));
        return new Result.Found(
                new ClientKeys(address, List.copyOf(selection.found.values())), List.copyOf(selection.leftOut));
    }

    /**
     * Selects the signing key. Returns empty if there is one, even one that cannot be exported, or else the reason why
     * there is none.
     */
    private Optional<CertificateStatus> signing() {
        return switch (store.signingKey(address, KeyPlace.ANYWHERE, now)) {
            case CertificateChoice.Chosen<KeyHandle>(KeyHandle key, var _)
            when key.certificate().addresses().contains(address) -> {
                take(key, CertificatePurpose.SIGN, path(key, CertificatePurpose.SIGN));
                yield Optional.empty();
            }
            case CertificateChoice.Chosen<KeyHandle> _ -> Optional.of(new CertificateStatus.Missing());
            case CertificateChoice.NoneUsable<KeyHandle>(CertificateStatus status, var _) -> Optional.of(status);
        };
    }

    private Optional<CertificateStatus> encrypting() {
        CertificateStatus best = new CertificateStatus.Missing();
        for (KeyHandle key : decrypting) {
            if (isForClients(key)) {
                PathVerdict verdict = path(key, CertificatePurpose.ENCRYPT);
                if (verdict.status() instanceof CertificateStatus.Usable) {
                    take(key, CertificatePurpose.ENCRYPT, verdict);
                    return Optional.empty();
                }
                if (verdict.status() instanceof CertificateStatus.RevocationOffline) {
                    // The gateway does the same for a message: as long as it is not known whether this key's
                    // certificate is revoked, an older key must not be taken in its place
                    throw new StoreUnavailableException("certificate " + brief(key) + ": "
                            + verdict.status().text());
                }
                best = best instanceof CertificateStatus.Missing ? verdict.status() : best;
            }
        }
        return Optional.of(best);
    }

    private void take(KeyHandle key, CertificatePurpose purpose, PathVerdict verdict) {
        Optional<KeyMaterial> material = material(key, purpose);
        if (material.isEmpty()) {
            return;
        }
        List<MailCertificate> path = verdict.path();
        found.merge(
                key.certificate().id(),
                new ClientKey(
                        material.get(),
                        key.certificate(),
                        Set.of(purpose),
                        path.size() > 2 ? path.subList(1, path.size() - 1) : List.of(),
                        path.isEmpty() ? Optional.empty() : Optional.of(path.getLast())),
                (before, _) -> before.and(purpose));
    }

    private void history() {
        for (KeyHandle key : decrypting) {
            MailCertificate certificate = key.certificate();
            if (isForClients(key) && !found.containsKey(certificate.id())) {
                material(key, CertificatePurpose.ENCRYPT)
                        .ifPresent(material -> found.put(
                                certificate.id(),
                                new ClientKey(
                                        material,
                                        certificate,
                                        Set.of(),
                                        key.chain().stream()
                                                .filter(issuer -> !issuer.isSelfIssued())
                                                .toList(),
                                        Optional.empty())));
            }
        }
    }

    /** Returns the private key if it can be exported; a key on a token is added to {@link #leftOut}. */
    private Optional<KeyMaterial> material(KeyHandle key, CertificatePurpose purpose) {
        Optional<KeyMaterial> material = KeyMaterial.of(key);
        if (material.isEmpty()) {
            leftOut.add(named(key, purpose) + " is on a token, which it cannot leave");
        }
        return material;
    }

    private void nameMlKem(boolean withHistory) {
        decrypting.stream()
                .filter(ClientKeySelection::isMlKem)
                .filter(key -> withHistory || now.isBefore(key.certificate().notAfter()))
                .forEach(key -> leftOut.add(
                        named(key, CertificatePurpose.ENCRYPT) + " is ML-KEM, which no mail program reads"));
    }

    private static String named(KeyHandle key, CertificatePurpose purpose) {
        return "the key to " + (purpose == CertificatePurpose.SIGN ? "sign" : "decrypt") + " of certificate "
                + brief(key);
    }

    private static boolean isMlKem(KeyHandle key) {
        return key.certificate().keyKind() instanceof PublicKeyKind.MlKem;
    }

    private static boolean isForClients(KeyHandle key) {
        return !isMlKem(key)
                && key.certificate().whyNot(CertificatePurpose.ENCRYPT).isEmpty();
    }

    private PathVerdict path(KeyHandle key, CertificatePurpose purpose) {
        return store.validateKey(key, address, purpose, now);
    }

    private static String brief(KeyHandle key) {
        return key.certificate().id().hex().substring(0, 16);
    }

    private String whyNone(Optional<CertificateStatus> signing, Optional<CertificateStatus> encrypting) {
        if (!leftOut.isEmpty()) {
            encrypting
                    .filter(why -> !(why instanceof CertificateStatus.Missing))
                    .ifPresent(why -> leftOut.add(notEncrypting(why)));
            return String.join("; ", leftOut);
        }
        return java.util.stream.Stream.concat(signing.stream(), encrypting.stream())
                .filter(why -> !(why instanceof CertificateStatus.Missing))
                .findFirst()
                .map(why -> "no key of " + address + " may be used now: " + why.text())
                .orElseGet(() -> isKnown()
                        ? "there is a certificate of " + address + ", and no private key of it here"
                        : "there is neither a key nor a certificate of " + address);
    }

    private static String notEncrypting(CertificateStatus why) {
        return "no key that mail is encrypted to: " + why.text();
    }

    private boolean isKnown() {
        try {
            return !store.encryptionCertificate(address, now).considered().isEmpty();
        } catch (StoreUnavailableException aServerIsAway) {
            return false;
        }
    }

    private static final Comparator<KeyHandle> NEWEST_FIRST = Comparator.comparing(
                    (KeyHandle key) -> key.certificate().notBefore(), Comparator.reverseOrder())
            .thenComparing(key -> key.certificate().notAfter(), Comparator.reverseOrder())
            .thenComparing(key -> key.certificate().id().hex());
}
