package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.SpoofForge.ENTITY;
import static org.postseal.gateway.road.pipeline.SpoofForge.FROM_BOB;
import static org.postseal.gateway.road.pipeline.SpoofForge.attached;
import static org.postseal.gateway.road.pipeline.SpoofForge.clearEntity;
import static org.postseal.gateway.road.pipeline.SpoofForge.detached;
import static org.postseal.gateway.road.pipeline.SpoofForge.opaqueEntity;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.directory.Brought;

/**
 * The store is told whether a signer came out of a ciphertext, so that questions about the signer show nobody that it
 * could be opened.
 */
class AskingAfterDecryptingTest {
    private static final SpoofForge.Signer BOB = SpoofForge.Signer.of(Parties.BOB);
    private static final String CLEAR = clearEntity(ENTITY, detached(ENTITY, BOB));
    private static final String OPAQUE = opaqueEntity(attached(ENTITY, BOB));

    private final List<Boolean> encrypted = new ArrayList<>();

    @Test
    void aSignatureForAllToSeeIsNot() {
        send(FROM_BOB + CLEAR, "valid");
        send(FROM_BOB + OPAQUE, "valid");

        assertThat(encrypted).containsExactly(false, false);
    }

    @Test
    void oneInsideWas() throws Exception {
        send(sealed(CLEAR), "valid");
        send(sealed(OPAQUE), "valid");

        assertThat(encrypted).containsExactly(true, true);
    }

    @Test
    void ofATripleWrapOnlyTheInnerOneWas() throws Exception {
        String ciphertext = sealed(CLEAR).substring(FROM_BOB.length());

        send(FROM_BOB + clearEntity(ciphertext, detached(ciphertext, BOB)), "valid (2 valid, 1/2 valid)");

        assertThat(encrypted).containsExactly(false, true);
    }

    /**
     * The store is asked nothing here: the first message is not signed by whom it names, and the second is for another
     * person.
     */
    @Test
    void nobodyIsSpokenOfWhereNothingWasOpenedOrSigned() throws Exception {
        send(sealed(clearEntity(ENTITY.replace("100", "900"), detached(ENTITY, BOB))), "invalid CONTENT_ALTERED");
        send(new String(SealedCopy.encrypt(FROM_BOB + CLEAR, Parties.ANNA), StandardCharsets.ISO_8859_1), "unsigned");

        assertThat(encrypted).isEmpty();
    }

    private static String sealed(String entity) throws Exception {
        return new String(SealedCopy.encrypt(FROM_BOB + entity, Parties.ALICE), StandardCharsets.ISO_8859_1);
    }

    private void send(String message, String verdict) {
        TestRoad road = new TestRoad(new AlteredStore() {
            @Override
            public PathVerdict validate(
                    MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
                encrypted.add(brought.wasEncrypted());
                return super.validate(leaf, brought, purpose, time);
            }
        });

        road.send(Letter.inbound(LMTP, Parties.ALICE), message);

        assertThat(road.audited(done -> done.protection().signature())).containsExactly(verdict);
    }
}
