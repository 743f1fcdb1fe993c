package org.postseal.gateway.pipeline;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.CertificateStore;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.policy.DirectoryFacts;
import org.postseal.policy.DirectoryGroup;

/**
 * The certificate store as one message sees it: asked once per address and purpose, so that what the policy was told is what is used. One object per message.
 */
final class Directory {
    private final CertificateStore store;
    private final Instant time;
    private final Map<String, DirectoryGroup> groups;
    private final GroupLookup lookup;
    private final Map<GroupQuestion, DirectoryFacts.Membership> memberships = new HashMap<>();
    private final Map<MailAddress, CertificateChoice<MailCertificate>> certificates = new HashMap<>();
    private final Map<KeyQuestion, CertificateChoice<KeyHandle>> keys = new HashMap<>();

    Directory(CertificateStore store, Instant time, Map<String, DirectoryGroup> groups, GroupLookup lookup) {
        this.store = store;
        this.time = time;
        this.groups = groups;
        this.lookup = lookup;
    }

    /** What the policy may ask for a recipient and the message's single From address. */
    DirectoryFacts factsFor(MailAddress recipient, Optional<MailAddress> from) {
        return new DirectoryFacts() {
            @Override
            public Fact recipientCertificate() {
                return asked(() -> certificateChoice(recipient));
            }

            @Override
            public Fact signingKey(KeyPlace place) {
                return from.map(address -> asked(() -> keyChoice(address, place)))
                        .orElseGet(() -> new Fact.NotUsable(new CertificateStatus.Missing()));
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

    Optional<MailCertificate> certificateOf(MailAddress recipient) {
        return chosen(certificateChoice(recipient));
    }

    Optional<KeyHandle> signingKeyOf(MailAddress from, KeyPlace place) {
        return chosen(keyChoice(from, place));
    }

    private CertificateChoice<MailCertificate> certificateChoice(MailAddress recipient) {
        return certificates.computeIfAbsent(recipient, address -> store.encryptionCertificate(address, time));
    }

    private CertificateChoice<KeyHandle> keyChoice(MailAddress from, KeyPlace place) {
        return keys.computeIfAbsent(new KeyQuestion(from, place), _ -> store.signingKey(from, place, time));
    }

    private record GroupQuestion(MailAddress who, DirectoryGroup group) {}

    private record KeyQuestion(MailAddress from, KeyPlace place) {}

    private static <T> Optional<T> chosen(CertificateChoice<T> choice) {
        return switch (choice) {
            case CertificateChoice.Chosen<T>(T value, var _) -> Optional.of(value);
            case CertificateChoice.NoneUsable<T> _ -> Optional.empty();
        };
    }

    private static <T> DirectoryFacts.Fact asked(java.util.function.Supplier<CertificateChoice<T>> question) {
        try {
            return switch (question.get()) {
                case CertificateChoice.Chosen<T> _ -> new DirectoryFacts.Fact.Available();
                case CertificateChoice.NoneUsable<T>(CertificateStatus status, var _) ->
                    new DirectoryFacts.Fact.NotUsable(status);
            };
        } catch (StoreUnavailableException e) {
            return new DirectoryFacts.Fact.LookupFailed(String.valueOf(e.getMessage()));
        }
    }
}
