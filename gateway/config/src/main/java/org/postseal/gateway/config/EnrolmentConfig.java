package org.postseal.gateway.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.policy.people.DomainSet;

/**
 * How our own users get their certificates. {@code postseal enrol} uses it; the gateway itself only wants to know
 * whether it has to answer challenges.
 *
 * @param issuerDomains the names by which authorities go in CAA records, by their names here; an authority without one
 *     is asked without a look at CAA
 * @param users who gets a certificate from where; the first that fits a person counts
 * @param ordersPerRun how many orders one run may begin
 */
public record EnrolmentConfig(
        List<Authority> authorities, Map<String, String> issuerDomains, List<Users> users, int ordersPerRun) {
    public EnrolmentConfig {
        authorities = List.copyOf(authorities);
        issuerDomains = Map.copyOf(issuerDomains);
        users = List.copyOf(users);
    }

    /** Returns true if an authority proves an address by a mail, which a gateway answers. */
    public boolean asksByMail() {
        return authorities.stream().anyMatch(Authority.Acme.class::isInstance);
    }

    /** An authority, and how it is asked. */
    public sealed interface Authority {
        String name();

        /**
         * Our own authority.
         *
         * @param folder its folder, as {@code postseal ca} has made it
         * @param days how long its certificates are valid
         */
        record Own(String name, Path folder, int days) implements Authority {}

        /**
         * A program that speaks to an authority.
         *
         * @param command the program, with its arguments
         */
        record Exec(String name, List<String> command, Duration timeLimit) implements Authority {}

        /**
         * A server of EST (RFC 7030).
         *
         * @param url without a slash at its end
         * @param trust the anchors of its TLS certificate
         * @param passwordFile has the password on its first line
         */
        record Est(String name, URI url, Path trust, String user, Path passwordFile, Duration timeLimit)
                implements Authority {}

        /**
         * A server of ACME (RFC 8555) that certifies mail addresses (RFC 8823).
         *
         * @param trust the anchors of its TLS certificate
         * @param account the file of our account key, which need not exist yet
         * @param contact whom the authority can write to
         * @param termsAgreed whether the administrator agrees to its terms
         */
        record Acme(
                String name,
                URI directory,
                Path trust,
                Path account,
                MailAddress contact,
                Optional<ExternalAccount> externalAccount,
                boolean termsAgreed,
                Duration timeLimit)
                implements Authority {}

        /**
         * A server of CMP (RFC 9810).
         *
         * @param trust the anchors of its TLS certificate, if it speaks https
         * @param recipient the name of the authority; empty if the server knows it without
         * @param reference the name of the secret
         * @param secretFile has the secret on its first line
         */
        record Cmp(
                String name,
                URI url,
                Optional<Path> trust,
                X500Principal recipient,
                String reference,
                Path secretFile,
                Duration timeLimit)
                implements Authority {}
    }

    /**
     * An account that we have at an ACME authority already (RFC 8555 §7.3.4).
     *
     * @param hmacFile has its key in base64url on its first line
     */
    public record ExternalAccount(String keyId, Path hmacFile) {}

    /**
     * People, and the certificates that they get.
     *
     * @param who any of these
     * @param authority the name of one of the authorities
     */
    public record Users(
            List<Who> who, String authority, Profile profile, KeyAlgorithm algorithm, Duration renewBefore) {}

    /** People, by one word. */
    public sealed interface Who {
        record Address(MailAddress address) implements Who {}

        record Domain(DomainSet.Entry domain) implements Who {}

        /** The members of a group of the policy. */
        record Group(String name) implements Who {}

        /** The people to whom a mailbox policy applies, by its own appliesTo. */
        record MailboxPolicy(String name) implements Who {}
    }

    /** What the certificates of one person are for. */
    public enum Profile {
        DUAL,
        SPLIT,
        SIGN,
        ENCRYPT;

        /** Returns the purposes of each certificate. */
        public List<Set<CertificatePurpose>> certificates() {
            return switch (this) {
                case DUAL -> List.of(Set.of(CertificatePurpose.SIGN, CertificatePurpose.ENCRYPT));
                case SPLIT -> List.of(Set.of(CertificatePurpose.SIGN), Set.of(CertificatePurpose.ENCRYPT));
                case SIGN -> List.of(Set.of(CertificatePurpose.SIGN));
                case ENCRYPT -> List.of(Set.of(CertificatePurpose.ENCRYPT));
            };
        }
    }
}
