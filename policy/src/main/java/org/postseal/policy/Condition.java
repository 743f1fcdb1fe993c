package org.postseal.policy;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/** One line of a rule's {@code when} or {@code unless}; all lines must hold, of the values in one line any. Immutable. */
sealed interface Condition {
    Truth holds(Asked asked);

    /** Names who sends or gets a message. */
    sealed interface OnPeople extends Condition {}

    /** Looks at anything else. */
    sealed interface OnMessage extends Condition {}

    record InDirection(Set<Direction> any) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(any.contains(asked.direction()));
        }
    }

    record Sender(People any) implements OnPeople {
        @Override
        public Truth holds(Asked asked) {
            return asked.sender().map(sender -> any.have(sender, asked)).orElse(Truth.of(false));
        }
    }

    record SenderDomain(DomainSet any) implements OnPeople {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(
                    asked.sender().filter(address -> any.has(address.domain())).isPresent());
        }
    }

    record RecipientIs(People any) implements OnPeople {
        @Override
        public Truth holds(Asked asked) {
            return any.have(asked.facts().recipient(), asked);
        }
    }

    record RecipientDomain(DomainSet any) implements OnPeople {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(any.has(asked.facts().recipient().domain()));
        }
    }

    /**
     * Fields that pass any of the tests.
     *
     * @param readings which of the texts that mail programs may show must pass
     */
    record Header(List<HeaderTest> any, TextReadings readings) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(asked.holds(this));
        }
    }

    record OfKind(Set<Facts.Kind> any) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(any.contains(asked.facts().kind()));
        }
    }

    record WithTrait(Set<Facts.Trait> any) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(asked.facts().message().traits().stream().anyMatch(any::contains));
        }
    }

    record WithContent(Set<Facts.Content> any) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(any.contains(asked.facts().content()));
        }
    }

    record WithSignature(Set<Facts.Signature> any) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(any.contains(asked.inside().signature()));
        }
    }

    /** Of a valid signature only: anybody can put any name into a certificate of his own. */
    record SignedBy(People people, DomainSet domains) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            Facts.Existing existing = asked.inside();
            Truth truth = Truth.of(false);
            if (existing.signature() == Facts.Signature.VALID) {
                for (MailAddress signer : existing.signers()) {
                    truth = truth.or(Truth.of(domains.has(signer.domain())));
                }
                // In one order, whoever asks: what was asked is recorded, and decided again by it
                for (MailAddress signer : existing.signers().stream()
                        .sorted(Comparator.comparing(MailAddress::key))
                        .toList()) {
                    truth = truth instanceof Truth.Yes ? truth : truth.or(people.have(signer, asked));
                }
            }
            return truth;
        }
    }

    /** Of a valid signature only. */
    record SignerIssuer(List<TextTest> any) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            Facts.Existing existing = asked.inside();
            return Truth.of(existing.signature() == Facts.Signature.VALID
                    && existing.signerIssuer()
                            .map(FieldText::of)
                            .filter(issuer -> any.stream().anyMatch(test -> test.holds(issuer)))
                            .isPresent());
        }
    }

    record SignedWith(Set<SignedAlgorithm> any) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(asked.inside().digest().filter(any::contains).isPresent());
        }
    }

    record EncryptedWith(Set<EncryptionAlgorithm> any) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(
                    asked.facts().existing().cipher().filter(any::contains).isPresent());
        }
    }

    /** Whether what was opened looks as if somebody had changed it. */
    record Suspicious(boolean wanted) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(asked.inside().suspicion().isPresent() == wanted);
        }
    }

    /** Octets; each bound is not included. */
    record OfSize(Optional<Long> over, Optional<Long> under) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            long size = asked.facts().message().size();
            return Truth.of(over.filter(bound -> size <= bound).isEmpty()
                    && under.filter(bound -> size >= bound).isEmpty());
        }
    }

    /** Types in lower case; {@code image/*} is every subtype. */
    record OfType(Set<String> any) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            String type = asked.facts().message().mediaType();
            return Truth.of(any.contains(type) || any.contains(type.substring(0, type.indexOf('/') + 1) + "*"));
        }
    }

    /** One of the three words. */
    record OverTls(TlsTest test) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(test.holds(asked.facts().peer().tls()));
        }
    }

    /**
     * A proven name of the peer.
     *
     * @param wanted whether there must be one
     * @param names in lower case; none is any
     */
    record Authenticated(boolean wanted, Set<String> names) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            Optional<String> name = asked.facts().peer().authenticated();
            return Truth.of(
                    names.isEmpty()
                            ? name.isPresent() == wanted
                            : name.filter(proven -> names.contains(proven.toLowerCase(Locale.ROOT)))
                                    .isPresent());
        }
    }

    record FromPeer(List<AddressRange> any) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(asked.facts()
                    .peer()
                    .address()
                    .filter(address -> any.stream().anyMatch(range -> range.has(address)))
                    .isPresent());
        }
    }

    record AtTime(List<TimeWindow> any) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(any.stream()
                    .anyMatch(window -> window.has(asked.facts().message().received())));
        }
    }

    record Visible(boolean wanted) implements OnMessage {
        @Override
        public Truth holds(Asked asked) {
            return Truth.of(asked.facts().visible() == wanted);
        }
    }

    /**
     * A field of that name whose body passes; with several of the name, any of them.
     *
     * @param name in lower case
     */
    record HeaderTest(String name, TextTest test) {
        boolean holds(Asked asked, TextReadings readings) {
            List<FieldReadings> fields = asked.fields(name);
            return asked.facts().headers().answer(this, readings, () -> isMetBy(fields, readings));
        }

        private boolean isMetBy(List<FieldReadings> fields, TextReadings readings) {
            // of two Subjects some programs show the first and some the last
            return (readings == TextReadings.ALL && name.equals(SUBJECT))
                    ? !fields.isEmpty() && fields.stream().allMatch(field -> readings.hold(field, test))
                    : fields.stream().anyMatch(field -> readings.hold(field, test));
        }
    }

    /** The least of what must be known to answer it. */
    default Rank rank(boolean isEncrypted) {
        return switch (this) {
            case Sender(People any) -> any.rank();
            case RecipientIs(People any) -> any.rank();
            case SignedBy(People people, var _) -> isEncrypted ? Rank.INSIDE : people.rank();
            case WithSignature _, SignerIssuer _, SignedWith _, Suspicious _ ->
                isEncrypted ? Rank.INSIDE : Rank.AT_HAND;
            case InDirection _,
                    SenderDomain _,
                    RecipientDomain _,
                    OfKind _,
                    WithTrait _,
                    WithContent _,
                    EncryptedWith _,
                    OfSize _,
                    OfType _,
                    OverTls _,
                    Authenticated _,
                    FromPeer _,
                    AtTime _,
                    Visible _ -> Rank.AT_HAND;
            case Header _ -> Rank.HEADER;
        };
    }

    /** Asks for the groups that it names; of a signer who is not known yet, about somebody else, since a group is asked for as a whole. */
    default void askGroups(Asked asked) {
        switch (this) {
            case Sender _, RecipientIs _ -> holds(asked);
            case SignedBy(People people, var _) ->
                people.groups().forEach(group -> asked.member(asked.facts().recipient(), group));
            case OnPeople _, OnMessage _ -> {}
        }
    }

    /** The order in which conditions are looked at: what costs nothing, what a directory must be asked for, what stands under an encryption. */
    enum Rank {
        AT_HAND,
        /** Of a message in the audit log not known, so it must not be asked for where something else decides. */
        HEADER,
        ASKED_FOR,
        INSIDE
    }

    /** The key it is written with. */
    default String key() {
        return switch (this) {
            case InDirection _ -> "direction";
            case Sender _ -> "sender";
            case SenderDomain _ -> "senderDomain";
            case RecipientIs _ -> "recipient";
            case RecipientDomain _ -> "recipientDomain";
            case OfKind _ -> "kind";
            case WithTrait _ -> "trait";
            case WithContent _ -> "content";
            case WithSignature _ -> "signature";
            case SignedBy _ -> "signedBy";
            case SignerIssuer _ -> "signerIssuer";
            case SignedWith _ -> "signedWith";
            case EncryptedWith _ -> "encryptedWith";
            case Suspicious _ -> "suspicious";
            case OfSize _ -> "size";
            case OfType _ -> "contentType";
            case OverTls _ -> "tls";
            case Authenticated _ -> "authenticated";
            case FromPeer _ -> "peer";
            case AtTime _ -> "time";
            case Visible _ -> "visible";
            case Header(List<HeaderTest> any, var _) ->
                any.stream().allMatch(test -> test.name().equals(SUBJECT)) ? SUBJECT : "header";
        };
    }

    String SUBJECT = "subject";
}
