package org.postseal.gateway.smime;

import java.io.IOException;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.SevenBit;
import org.postseal.gateway.mail.Spool;
import org.postseal.policy.outcome.Reason;

/**
 * Makes entities 7-bit before they are protected (RFC 8551 §3.1.2, §3.1.3). No relay then has a reason to recode them.
 * If a gateway on the way removes the encryption, the signature inside still holds.
 */
final class SevenBitEntity {
    private SevenBitEntity() {}

    /**
     * Returns the entity in 7-bit. It refuses what cannot be made so, such as 8-bit within a signature of somebody
     * else.
     */
    static RawMessage demand(RawMessage entity, Spool.Scope scope) throws IOException, SealException {
        return switch (SevenBit.convert(entity, scope)) {
            case SevenBit.Already _ -> entity;
            case SevenBit.Converted(RawMessage converted) -> converted;
            case SevenBit.Impossible(SevenBit.Obstacle obstacle) ->
                throw new SealException(Reason.CONTENT_NOT_CONVERTIBLE, obstacle.text(), null);
            case SevenBit.Refused(var refusal) -> throw new SealException(refusal.reason(), refusal.detail(), null);
        };
    }

    /**
     * Returns the entity in 7-bit if that can be had, and otherwise as it is. An entity that travels in base64 need not
     * be 7-bit.
     */
    static RawMessage prefer(RawMessage entity, Spool.Scope scope) throws IOException {
        return switch (SevenBit.convert(entity, scope)) {
            case SevenBit.Converted(RawMessage converted) -> converted;
            case SevenBit.Already _, SevenBit.Impossible _, SevenBit.Refused _ -> entity;
        };
    }
}
