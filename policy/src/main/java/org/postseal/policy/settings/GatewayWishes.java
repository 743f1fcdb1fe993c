package org.postseal.policy.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * The values of Set-SmimeConfig that apply to the gateway and not to a single message: about revocation, directory
 * servers and separate copies. The gateway has settings of its own for some of them; the stricter mode and the shorter
 * time count.
 *
 * @param revocation how much an unknown revocation status counts when we encrypt and sign; empty if the policy says
 *     nothing about it
 * @param connectionTimeout limit for one connection for revocation (OWACRLConnectionTimeout)
 * @param retrievalTimeout limit for all such connections for one certificate (OWACRLRetrievalTimeout)
 * @param groupTimeout limit for finding the members of one group (OWADLExpansionTimeout)
 * @param chosenCertificates whether the certificate that a user or admin chose signs, and not the newest one
 * @param secondaryAddresses whether a certificate may carry any address of its owner's entry on a directory server
 * @param onlyHardwareOpens whether only keys in hardware open mail
 * @param forking how Bcc recipients of encrypted mail get separate copies
 * @param maxForks limit of encrypted copies of one message for Bcc recipients
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
    /** How much an unknown revocation status counts. */
    public enum Revocation {
        /** Revocation is not checked (OWADisableCRLCheck). */
        OFF,
        /** A certificate is refused only if it is known to be revoked. */
        SOFT,
        /** A certificate is refused unless it is known to be good (OWACheckCRLOnSend). */
        HARD
    }

    /** The values of OWABCCEncryptedEmailForking. */
    public enum BccForking {
        /** Each Bcc recipient gets a copy of their own. */
        EACH,
        /** All Bcc recipients share one copy, and see each other in it. */
        TOGETHER,
        /** Everybody gets one copy, which shows the Bcc recipients. */
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
