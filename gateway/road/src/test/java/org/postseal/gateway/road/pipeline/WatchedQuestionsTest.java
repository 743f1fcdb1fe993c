package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SignatureException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.SignerName;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.directory.Brought;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.road.delivery.Attempt;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.gateway.road.pipeline.Preparation.Phase;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.policy.facts.DirectoryFacts.Membership;
import org.postseal.policy.people.DirectoryGroup;

/**
 * The watch knows where the thread of a message is at each question that it asks: the limit and the blame depend on
 * that.
 */
class WatchedQuestionsTest {
    private static final MailCertificate CERTIFICATE =
            Parties.issued(Parties.ALICE).keyHandle().certificate();
    private static final WrappedContentKey WRAPPED = new WrappedContentKey.KeyTransport(
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption), new byte[0], 16);

    private final Preparation preparation = Preparation.unwatched();
    private final List<Phase> seen = new ArrayList<>();

    @Test
    void aStoreIsAskedAndJudges() {
        WatchedStore store = new WatchedStore(new Seeing(false), preparation);
        var _ = store.encryptionCertificate(Parties.BOB, Parties.NOW);
        var _ = store.mlKemCertificate(Parties.BOB, Parties.NOW);
        var _ = store.signingKey(Parties.ALICE, KeyPlace.ANYWHERE, Parties.NOW);
        var _ = store.capabilities(CERTIFICATE);
        var _ = store.decryptionKeys(Parties.ALICE);
        var _ = store.named(new SignerName.SubjectKey(KeyIdentifier.ofOctets(new byte[20])));
        var _ = store.validateKey(new Key(false), Parties.ALICE, CertificatePurpose.SIGN, Parties.NOW);
        assertThat(seen).hasSize(7).containsOnly(Phase.ASKING);
        seen.clear();
        var _ = store.validate(CERTIFICATE, List.of(), CertificatePurpose.SIGN, Parties.NOW);
        var _ = store.validate(CERTIFICATE, Brought.of(List.of()), CertificatePurpose.SIGN, Parties.NOW);
        assertThat(seen).containsExactly(Phase.VALIDATING, Phase.VALIDATING);
        assertThat(preparation.state().phase()).isEqualTo(Phase.WORKING);
    }

    @Test
    void aKeyOnATokenIsAtTheTokenAndAnotherOneIsNot() throws SignatureException {
        for (boolean isHardware : new boolean[] {true, false}) {
            WatchedStore store = new WatchedStore(new Seeing(isHardware), preparation);
            List<KeyHandle> keys = new ArrayList<>(store.decryptionKeys(Parties.ALICE));
            if (store.signingKey(Parties.ALICE, KeyPlace.ANYWHERE, Parties.NOW)
                    instanceof CertificateChoice.Chosen<KeyHandle>(KeyHandle key, var _)) {
                keys.add(key);
            }
            assertThat(keys).hasSize(2);
            seen.clear();
            for (KeyHandle key : keys) {
                assertThat(key.isHardware()).isEqualTo(isHardware);
                assertThat(key.certificate()).isEqualTo(CERTIFICATE);
                byte[] _ = key.sign(SignatureScheme.RSA_PKCS1_SHA256, new byte[0]);
                byte[] _ = key.recoverContentKey(WRAPPED);
            }
            assertThat(seen).hasSize(4).containsOnly(isHardware ? Phase.AT_TOKEN : Phase.WORKING);
        }
    }

    @Test
    void groupsNextHopsAndTheJournalAreAsked() throws Exception {
        WatchedGroups groups = new WatchedGroups(
                new GroupLookup() {
                    @Override
                    public Membership member(MailAddress who, DirectoryGroup group) {
                        see();
                        return new Membership.LookupFailed("");
                    }

                    @Override
                    public boolean isListed(MailAddress who, Collection<MailAddress> addresses) {
                        see();
                        return false;
                    }
                },
                preparation);
        Membership _ = groups.member(Parties.BOB, new DirectoryGroup("cn=all", "corp"));
        boolean _ = groups.isListed(Parties.BOB, List.of());
        Delivery delivery = new Delivery() {
            @Override
            public List<List<NextHop.Outcome>> deliver(List<DeliveryUnit> units, boolean allOrNothing) {
                return List.of();
            }

            @Override
            public Attempt attempt(Envelope envelope, RawMessage message) {
                see();
                return Attempt.first(this);
            }

            @Override
            public OpenedPassage forOpened(Way way, boolean needsSmtpUtf8) {
                see();
                return OpenedPassage.Open.ANY;
            }
        };
        Envelope envelope = Letter.submitted(TestRoad.LMTP, Parties.BOB).envelope();
        try (Beginning beginning = new Beginning(() -> delivery.attempt(envelope, RawMessage.of(new byte[0])))) {
            WatchedOutside outside = new WatchedOutside(delivery, envelope, beginning, preparation);
            OpenedPassage _ = outside.forOpened(Way.TO_THE_ONLY_HOP);
            assertThat(outside.served()).isEmpty();
        }
        assertThat(seen).hasSize(4).containsOnly(Phase.ASKING);
        assertThat(preparation.state().phase()).isEqualTo(Phase.WORKING);
    }

    private void see() {
        seen.add(preparation.state().phase());
    }

    private final class Key implements KeyHandle {
        private final boolean isHardware;

        private Key(boolean isHardware) {
            this.isHardware = isHardware;
        }

        @Override
        public MailCertificate certificate() {
            return CERTIFICATE;
        }

        @Override
        public List<MailCertificate> chain() {
            return List.of();
        }

        @Override
        public boolean isHardware() {
            return isHardware;
        }

        @Override
        public Set<SignatureScheme> schemes() {
            return Set.of();
        }

        @Override
        public byte[] sign(SignatureScheme scheme, byte[] input) {
            see();
            return new byte[0];
        }

        @Override
        public byte[] recoverContentKey(WrappedContentKey wrapped) {
            see();
            return new byte[0];
        }
    }

    private final class Seeing implements CertificateStore {
        private final boolean isHardware;

        private Seeing(boolean isHardware) {
            this.isHardware = isHardware;
        }

        @Override
        public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
            see();
            return new CertificateChoice.NoneUsable<>(new CertificateStatus.Missing(), List.of());
        }

        @Override
        public CertificateChoice<MailCertificate> mlKemCertificate(MailAddress recipient, Instant time) {
            see();
            return new CertificateChoice.NoneUsable<>(new CertificateStatus.Missing(), List.of());
        }

        @Override
        public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
            see();
            return new CertificateChoice.Chosen<>(new Key(isHardware), List.of());
        }

        @Override
        public List<MailCertificate> named(SignerName name) {
            see();
            return List.of();
        }

        @Override
        public Optional<SmimeCapabilities> capabilities(MailCertificate certificate) {
            see();
            return Optional.empty();
        }

        @Override
        public List<KeyHandle> decryptionKeys(MailAddress recipient) {
            see();
            return List.of(new Key(isHardware));
        }

        @Override
        public PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
            see();
            return new PathVerdict(new CertificateStatus.Missing(), List.of(), time);
        }
    }
}
