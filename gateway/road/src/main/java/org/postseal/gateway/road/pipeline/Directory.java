package org.postseal.gateway.road.pipeline;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.smime.DomainSigner;
import org.postseal.gateway.smime.SenderEncryption;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.people.DirectoryGroup;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.DomainAuthority;
import org.postseal.policy.protection.EncryptionSettings;

/**
 * The certificate store as one message sees it. Each question is asked once per address and purpose, so that the
 * certificates and keys that the policy was told of are those that are used. There is one object per message.
 */
final class Directory {
    private final CertificateStore store;
    private final Instant time;
    private final Map<String, DirectoryGroup> groups;
    private final GroupLookup lookup;
    private final Map<GroupQuestion, DirectoryFacts.Membership> memberships = new HashMap<>();
    private final Map<MailAddress, Boolean> listed = new HashMap<>();
    private final Map<MailAddress, CertificateChoice<MailCertificate>> certificates = new HashMap<>();
    private final Map<MailAddress, CertificateChoice<MailCertificate>> mlKem = new HashMap<>();
    private final Map<KeyQuestion, CertificateChoice<KeyHandle>> keys = new HashMap<>();

    Directory(CertificateStore store, Instant time, Map<String, DirectoryGroup> groups, GroupLookup lookup) {
        this.store = store;
        this.time = time;
        this.groups = groups;
        this.lookup = lookup;
    }

    /**
     * Answers what the policy may ask about a recipient, the message's single From address and the encryption that the
     * message came with.
     */
    DirectoryFacts factsFor(MailAddress recipient, Optional<MailAddress> from, SenderEncryption encryption) {
        return new DirectoryFacts() {
            @Override
            public Match ciphertextMatch() {
                return match(recipient, encryption);
            }

            @Override
            public Fact recipientCertificate() {
                return certificateFact(recipient);
            }

            @Override
            public Fact readerCertificate(MailAddress reader) {
                return certificateFact(reader);
            }

            @Override
            public Fact signingKey(KeyPlace place) {
                return keyFact(from, address -> keyChoice(address, place));
            }

            @Override
            public Fact domainKey(KeyPlace place) {
                return keyFact(from, address -> domainKeyChoice(address, place));
            }

            @Override
            public Membership member(MailAddress who, String group) {
                DirectoryGroup found = groups.get(group);
                return found == null
                        ? new Membership.LookupFailed("the policy has no such group of a directory server")
                        : memberships.computeIfAbsent(
                                new GroupQuestion(who, found),
                                question -> lookup.member(question.who(), question.group()));
            }
        };
    }

    /**
     * True if one of these addresses, which every reader of the message sees, is known to be another address of the
     * recipient, or that of a list that the recipient is on.
     */
    boolean isListed(MailAddress who, Set<MailAddress> visible) {
        return listed.computeIfAbsent(who, member -> lookup.isListed(member, visible));
    }

    Optional<MailCertificate> certificateOf(MailAddress recipient) {
        return chosen(certificateChoice(recipient));
    }

    /**
     * The certificates to encrypt to for a recipient or reader who has one: the first choice, an ML-KEM certificate
     * beside it, or the ML-KEM certificate alone.
     *
     * @throws StoreUnavailableException if the store cannot say whether there is an ML-KEM certificate
     */
    List<MailCertificate> certificatesOf(MailAddress recipient, EncryptionSettings.MlKem wanted) {
        MailCertificate first = certificateOf(recipient).orElseThrow();
        if (wanted == EncryptionSettings.MlKem.UNUSED || first.keyKind() instanceof PublicKeyKind.MlKem) {
            return List.of(first);
        }
        return chosen(mlKem.computeIfAbsent(recipient, address -> store.mlKemCertificate(address, time)))
                .map(second -> wanted == EncryptionSettings.MlKem.ALONE ? List.of(second) : List.of(first, second))
                .orElse(List.of(first));
    }

    Optional<KeyHandle> signingKeyOf(MailAddress from, KeyPlace place) {
        return chosen(keyChoice(from, place));
    }

    /** The key that signs for the domain of an address (RFC 3183 §3). */
    Optional<KeyHandle> domainKeyOf(MailAddress from, KeyPlace place) {
        return chosen(domainKeyChoice(from, place));
    }

    /**
     * The certificate to which answers to this sender are to be encrypted; empty if it is the certificate of the
     * signing key.
     */
    Optional<MailCertificate> forAnswersTo(MailAddress from, KeyHandle key) {
        return key.certificate().whyNot(CertificatePurpose.ENCRYPT).isEmpty()
                ? Optional.empty()
                : forAnswersTo(from).filter(found -> !found.equals(key.certificate()));
    }

    /**
     * The certificate to which answers to this sender are to be encrypted, for a signing key that is not the sender's
     * own. A store that cannot answer does not stop the signature.
     */
    Optional<MailCertificate> forAnswersTo(MailAddress from) {
        try {
            return certificateOf(from);
        } catch (StoreUnavailableException down) {
            return Optional.empty();
        }
    }

    /** The trust anchor of a key's certificate; empty if no path leads to one. */
    Optional<MailCertificate> rootOf(KeyHandle key) {
        List<MailCertificate> path = store.validate(key.certificate(), key.chain(), CertificatePurpose.SIGN, time)
                .path();
        return path.isEmpty() ? Optional.empty() : Optional.of(path.getLast());
    }

    private DirectoryFacts.Fact certificateFact(MailAddress address) {
        return asked(
                () -> certificateChoice(address),
                certificate -> new DirectoryFacts.Fact.Available(
                        Recipients.key(certificate), Recipients.reads(store, certificate)));
    }

    /**
     * Compares the sender's ciphertext with all certificates of the recipient: the sender may have taken another
     * certificate than we would.
     */
    private DirectoryFacts.Match match(MailAddress recipient, SenderEncryption encryption) {
        if (!(encryption instanceof SenderEncryption.Sound sound)) {
            return new DirectoryFacts.Match.ByNone();
        }
        try {
            CertificateChoice<MailCertificate> choice = certificateChoice(recipient);
            if (chosen(choice).filter(sound::isFor).isPresent()
                    || !store.usableCertificates(recipient, sound::isFor, time).isEmpty()) {
                return new DirectoryFacts.Match.ByCertificate();
            }
            if (store.decryptionKeys(recipient).stream()
                    .map(KeyHandle::certificate)
                    .anyMatch(sound::isFor)) {
                return new DirectoryFacts.Match.ByKey();
            }
            return switch (choice) {
                case CertificateChoice.Chosen<MailCertificate> _ -> new DirectoryFacts.Match.ByNone();
                case CertificateChoice.NoneUsable<MailCertificate>(CertificateStatus status, var _) ->
                    new DirectoryFacts.Match.NotKnown(status);
            };
        } catch (StoreUnavailableException e) {
            return new DirectoryFacts.Match.LookupFailed(String.valueOf(e.getMessage()));
        }
    }

    private CertificateChoice<MailCertificate> certificateChoice(MailAddress recipient) {
        return certificates.computeIfAbsent(recipient, address -> store.encryptionCertificate(address, time));
    }

    private CertificateChoice<KeyHandle> keyChoice(MailAddress from, KeyPlace place) {
        return keys.computeIfAbsent(new KeyQuestion(from, place), _ -> store.signingKey(from, place, time));
    }

    // Receivers know a domain's signer by these names: without them the signature would count as somebody else's.
    private CertificateChoice<KeyHandle> domainKeyChoice(MailAddress from, KeyPlace place) {
        return switch (keyChoice(DomainAuthority.addressFor(from), place)) {
            case CertificateChoice.Chosen<KeyHandle>(KeyHandle key, var considered)
            when !DomainSigner.covers(key.certificate(), from) ->
                new CertificateChoice.NoneUsable<>(
                        new CertificateStatus.WrongUsage(
                                "its names are not those of a domain's signer (RFC 3183 §3.1.1)"),
                        considered);
            case CertificateChoice<KeyHandle> choice -> choice;
        };
    }

    private static DirectoryFacts.Fact keyFact(
            Optional<MailAddress> from, Function<MailAddress, CertificateChoice<KeyHandle>> question) {
        return from.map(address -> asked(
                        () -> question.apply(address),
                        key -> new DirectoryFacts.Fact.Available(
                                Recipients.key(key.certificate()), Capabilities.UNKNOWN)))
                .orElseGet(() -> new DirectoryFacts.Fact.NotUsable(new CertificateStatus.Missing()));
    }

    private record GroupQuestion(MailAddress who, DirectoryGroup group) {}

    private record KeyQuestion(MailAddress from, KeyPlace place) {}

    private static <T> Optional<T> chosen(CertificateChoice<T> choice) {
        return switch (choice) {
            case CertificateChoice.Chosen<T>(T value, var _) -> Optional.of(value);
            case CertificateChoice.NoneUsable<T> _ -> Optional.empty();
        };
    }

    private static <T> DirectoryFacts.Fact asked(
            Supplier<CertificateChoice<T>> question, Function<T, DirectoryFacts.Fact> available) {
        try {
            return switch (question.get()) {
                case CertificateChoice.Chosen<T>(T value, var _) -> available.apply(value);
                case CertificateChoice.NoneUsable<T>(CertificateStatus status, var _) ->
                    new DirectoryFacts.Fact.NotUsable(status);
            };
        } catch (StoreUnavailableException e) {
            return new DirectoryFacts.Fact.LookupFailed(String.valueOf(e.getMessage()));
        }
    }
}
