package org.postseal.certstore.directory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;

/**
 * Why a certificate is chosen for an address, or none: everything that any source has, with what was found.
 *
 * @param sources in the order of the configuration
 * @param outcome what the search comes to
 */
public record CertificateExplanation(
        MailAddress address, CertificatePurpose purpose, Instant time, List<Asked> sources, Outcome outcome) {
    public CertificateExplanation {
        sources = List.copyOf(sources);
    }

    /**
     * One source.
     *
     * @param isReached false when the search ends before it, so that mail never asks it
     */
    public record Asked(String name, boolean isReached, Reply reply) {}

    /** What a source said. */
    public sealed interface Reply {
        /**
         * It answered.
         *
         * @param isStale an answer from before, since it fails now
         * @param candidates best first
         */
        record Answered(boolean isStale, List<Line> candidates) implements Reply {
            public Answered {
                candidates = List.copyOf(candidates);
            }
        }

        /** It could not. */
        record Failed(String why) implements Reply {}

        /** It was not asked, as it has nothing to do with the address. */
        record NotCovered() implements Reply {}
    }

    /**
     * One certificate.
     *
     * @param origin where in the source it stood; may be empty
     * @param isReached false when the search ends before its place
     * @param isExact it carries the very address asked for
     * @param key what key there is to it, when the question was for one to sign with
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

    /** What holds a private key. */
    public enum KeyKind {
        /** In memory. */
        SOFT,
        /** In a token that it cannot leave. */
        HARDWARE
    }

    /** What the search comes to. */
    public sealed interface Outcome {
        /**
         * One is taken.
         *
         * @param over the next best of all sources, and by what it was beaten; empty without another usable one
         */
        record Chosen(String source, Line line, Optional<Beaten> over) implements Outcome {}

        /** None may be used. */
        record NoneUsable(CertificateStatus status) implements Outcome {}

        /** A source that must be asked cannot answer: the mail is deferred. */
        record Unavailable(String source, String why) implements Outcome {}
    }

    /** A usable certificate that was not taken. */
    public record Beaten(String source, Line line, Criterion by) {}
}
