package org.postseal.certstore.directory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;

/**
 * Explains why a certificate is chosen for an address, or why none is. It lists everything that any source has, and
 * what was found about it.
 *
 * @param sources the sources in the order of the configuration
 * @param outcome the result of the search
 */
public record CertificateExplanation(
        MailAddress address, CertificatePurpose purpose, Instant time, List<Asked> sources, Outcome outcome) {
    public CertificateExplanation {
        sources = List.copyOf(sources);
    }

    /**
     * One source and its reply.
     *
     * @param isReached false if the search ends before this source, so that it is never asked for mail
     */
    public record Asked(String name, boolean isReached, Reply reply) {}

    /** Says what a source replied. */
    public sealed interface Reply {
        /**
         * The source answered.
         *
         * @param isStale whether this is an older answer, because the source fails now
         * @param candidates the candidates, best first
         */
        record Answered(boolean isStale, List<Line> candidates) implements Reply {
            public Answered {
                candidates = List.copyOf(candidates);
            }
        }

        /** The source could not answer. */
        record Failed(String why) implements Reply {}

        /** The source was not asked, because it does not cover the address. */
        record NotCovered() implements Reply {}
    }

    /**
     * One certificate.
     *
     * @param origin the place in the source where it was found; may be empty
     * @param isReached false if the search ends before the place of this certificate
     * @param isExact whether it carries the very address asked for
     * @param key what kind of key there is for it, if the question was about signing
     */
    public record Line(
            CertificateId id,
            String subject,
            List<MailAddress> addresses,
            Instant notBefore,
            Instant notAfter,
            String origin,
            int tier,
            boolean isFlagged,
            boolean isExact,
            boolean isReached,
            Optional<KeyKind> key,
            CertificateStatus status) {
        public Line {
            addresses = List.copyOf(addresses);
        }
    }

    /** Says what holds a private key. */
    public enum KeyKind {
        /** The key is in memory. */
        SOFT,
        /** The key is on a token that it cannot leave. */
        HARDWARE
    }

    public sealed interface Outcome {
        /**
         * A certificate was chosen.
         *
         * @param over the next best certificate of all sources, and the criterion that decided against it; empty if no
         *     other one is usable
         */
        record Chosen(String source, Line line, Optional<Beaten> over) implements Outcome {}

        /** No certificate may be used. */
        record NoneUsable(CertificateStatus status) implements Outcome {}

        /** A source whose answer is needed cannot answer, so the mail is deferred. */
        record Unavailable(String source, String why) implements Outcome {}
    }

    /** A usable certificate that was not taken. */
    public record Beaten(String source, Line line, Criterion by) {}
}
