package org.postseal.policy.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * What Set-SmimeConfig says that no single message decides: of revocation, of directories and of how copies are parted. The gateway has settings of its own for some of it; the
 * stricter mode and the shorter time count.
 *
 * @param revocation how much not knowing counts when we encrypt and sign; empty where the policy says nothing of it
 * @param connectionTimeout most that one connection for revocation may take (OWACRLConnectionTimeout)
 * @param retrievalTimeout most that all of them may take for one certificate (OWACRLRetrievalTimeout)
 * @param groupTimeout most that finding the members of one group may take (OWADLExpansionTimeout)
 * @param chosenCertificates whether the certificate somebody chose signs before the newest one
 * @param secondaryAddresses whether a certificate may carry any address of its directory entry
 * @param onlyHardwareOpens whether only keys in hardware open mail
 * @param forking how Bcc recipients of encrypted mail are parted
 * @param maxForks encrypted copies for Bcc recipients that one message may leave in
 */
public record GatewayWishes(
        Optional<Revocation> revocation,
        Optional<Duration> connectionTimeout,
        Optional<Duration> retrievalTimeout,
        Optional<Duration> groupTimeout,
        boolean chosenCertificates,
        boolean secondaryAddresses,
        boolean onlyHardwareOpens,
        BccForking forking,
        int maxForks) {
    /** How much not knowing about revocation counts. */
    public enum Revocation {
        /** Nobody is asked (OWADisableCRLCheck). */
        OFF,
        /** Refused only when known to be revoked. */
        SOFT,
        /** Refused unless known to be good (OWACheckCRLOnSend). */
        HARD
    }

    /** OWABCCEncryptedEmailForking. */
    public enum BccForking {
        /** Each blind recipient gets a copy of his own. */
        EACH,
        /** All blind recipients share one copy, and see each other in it. */
        TOGETHER,
        /** One copy for everybody, who thereby sees the blind ones. */
        NONE
    }

    public static GatewayWishes of(SmimeConfig smime) {
        return new GatewayWishes(
                revocation(smime),
                time(smime, SmimeParameter.CRL_CONNECTION_TIMEOUT),
                time(smime, SmimeParameter.CRL_RETRIEVAL_TIMEOUT),
                time(smime, SmimeParameter.DL_EXPANSION_TIMEOUT),
                smime.is(SmimeParameter.ALLOW_USER_CHOICE),
                smime.is(SmimeParameter.USE_SECONDARY_PROXIES),
                smime.is(SmimeParameter.ONLY_USE_SMART_CARD),
                BccForking.values()[smime.number(SmimeParameter.BCC_FORKING)],
                smime.number(SmimeParameter.MAX_FORKS));
    }

    private static Optional<Revocation> revocation(SmimeConfig smime) {
        if (smime.is(SmimeParameter.DISABLE_CRL_CHECK)) {
            return Optional.of(Revocation.OFF);
        }
        return smime.written(SmimeParameter.CHECK_CRL_ON_SEND)
                .map(text -> text.equals("true") ? Revocation.HARD : Revocation.SOFT);
    }

    private static Optional<Duration> time(SmimeConfig smime, SmimeParameter parameter) {
        return smime.written(parameter).map(text -> Duration.ofMillis(Long.parseLong(text)));
    }
}
