package org.postseal.certstore.directory;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.CertificateRequest;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.path.CertificateValidation;
import org.postseal.certstore.path.ValidationRequest;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.Candidate.Vouching;
import org.postseal.certstore.source.CertificateSource;
import org.postseal.certstore.source.KeySource;

/** A certificate store over scripted sources, keys and validation, with a clock that the test moves. */
final class Fixture {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    static final MailAddress ALICE = MailAddress.of("alice@example.com");
    static final MailAddress BOB = MailAddress.of("bob@example.net");
    static final CertificateAuthority CA = CertificateAuthority.create("Test Root", START, END);

    final Clock clock = new Clock();
    final Verdicts verdicts = new Verdicts();
    final Map<CertificateId, String> blocked = new HashMap<>();
    final Map<MailAddress, String> blockedAddresses = new HashMap<>();
    final Map<MailAddress, CertificateId> preferred = new HashMap<>();
    final List<CertificateSource> sources = new ArrayList<>();
    final List<KeySource> keySources = new ArrayList<>();
    DirectorySettings settings = DirectorySettings.DEFAULTS;

    static MailCertificate certificate(MailAddress address) {
        return certificate(address, START, END);
    }

    static MailCertificate certificate(MailAddress address, Instant from, Instant to) {
        return certificate(address, from, request -> request.validity(from, to));
    }

    static MailCertificate certificate(MailAddress address, Instant from, UnaryOperator<CertificateRequest> more) {
        return more.apply(CA.request(address).validity(from, END)).issue().certificate();
    }

    static MailCertificate mlKem(MailAddress address) {
        return CA.issue(address, KeyAlgorithm.ML_KEM_768, Profile.ENCRYPT, NOW.minusSeconds(9), END)
                .certificate();
    }

    Script source(String name, Candidate... candidates) {
        Script script = new Script(name, List.of(candidates));
        sources.add(script);
        return script;
    }

    Keys keys(String name, KeyHandle... handles) {
        Keys keys = new Keys(name, List.of(handles));
        keySources.add(keys);
        return keys;
    }

    Fixture rules(UnaryOperator<SelectionRules> change) {
        settings = settings.with(change.apply(settings.rules()));
        return this;
    }

    DirectoryCertificateStore store() {
        Blocks blocks = new Blocks() {
            @Override
            public Optional<String> reason(MailCertificate certificate) {
                return Optional.ofNullable(blocked.get(certificate.id()));
            }

            @Override
            public Optional<String> reason(MailAddress address) {
                return Optional.ofNullable(blockedAddresses.get(address));
            }
        };
        return new DirectoryCertificateStore(
                sources,
                keySources,
                verdicts,
                blocks,
                address -> Optional.ofNullable(preferred.get(address)),
                settings,
                clock);
    }

    /** Returns a candidate with only its certificate. */
    static Candidate candidate(MailCertificate certificate) {
        return Candidate.of(certificate, "");
    }

    static Candidate tier(int tier, String origin, MailCertificate certificate) {
        return with(candidate(certificate), origin, tier, false, List.of(), new Vouching.Path(), Optional.empty());
    }

    static Candidate flagged(MailCertificate certificate) {
        return with(candidate(certificate), "", 0, true, List.of(), new Vouching.Path(), Optional.empty());
    }

    static Candidate owned(MailCertificate certificate, MailAddress... owner) {
        return with(candidate(certificate), "", 0, false, List.of(owner), new Vouching.Path(), Optional.empty());
    }

    static Candidate vouched(MailCertificate certificate, Vouching vouching) {
        return with(candidate(certificate), "", 0, false, List.of(), vouching, Optional.empty());
    }

    static Candidate lasting(MailCertificate certificate, Duration lifetime) {
        return with(candidate(certificate), "", 0, false, List.of(), new Vouching.Path(), Optional.of(lifetime));
    }

    private static Candidate with(
            Candidate candidate,
            String origin,
            int tier,
            boolean isFlagged,
            List<MailAddress> owner,
            Vouching vouching,
            Optional<Duration> lifetime) {
        return new Candidate(
                candidate.certificate(),
                origin,
                tier,
                isFlagged,
                owner,
                List.of(),
                Optional.empty(),
                vouching,
                lifetime);
    }

    /** A ticker that the test moves. */
    static final class Clock implements Ticker {
        private final AtomicLong nanoseconds = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // the clock may wrap

        @Override
        public long read() {
            return nanoseconds.get();
        }

        void advance(Duration duration) {
            nanoseconds.addAndGet(duration.toNanos());
        }
    }

    /** Answers as the script says for each address, and counts the questions. */
    static final class Script implements CertificateSource {
        private final String name;
        final AtomicInteger questions = new AtomicInteger();
        volatile Function<MailAddress, List<Candidate>> answer;
        volatile boolean covers = true;
        volatile boolean failsAsAWhole = true;

        Script(String name, List<Candidate> candidates) {
            this.name = name;
            this.answer = _ -> candidates;
        }

        void fails(String why) {
            answer = _ -> {
                throw new StoreUnavailableException(why, null);
            };
        }

        void says(Candidate... candidates) {
            answer = _ -> List.of(candidates);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean covers(MailAddress address) {
            return covers;
        }

        @Override
        public boolean failsAsAWhole() {
            return failsAsAWhole;
        }

        @Override
        public List<Candidate> find(MailAddress address) {
            questions.incrementAndGet();
            return answer.apply(address);
        }
    }

    /** Does the same as {@link Script} for keys. */
    static final class Keys implements KeySource {
        private final String name;
        final AtomicInteger questions = new AtomicInteger();
        volatile Function<MailAddress, List<KeyHandle>> answer;

        Keys(String name, List<KeyHandle> handles) {
            this.name = name;
            this.answer = _ -> handles;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public List<KeyHandle> keysOf(MailAddress address) {
            questions.incrementAndGet();
            return answer.apply(address);
        }
    }

    /**
     * Judges usage and validity by the certificate itself. Everything else is as the test says, or good. It keeps the
     * requests.
     */
    static final class Verdicts implements CertificateValidation {
        final Map<CertificateId, CertificateStatus> statuses = new ConcurrentHashMap<>();
        final Map<CertificateId, Instant> until = new ConcurrentHashMap<>();
        final List<ValidationRequest> requests = new CopyOnWriteArrayList<>();

        @Override
        public PathVerdict validate(ValidationRequest request) {
            requests.add(request);
            MailCertificate leaf = request.leaf();
            Map<String, CertificateStatus> found = new LinkedHashMap<>();
            leaf.whyNot(request.purpose()).ifPresent(why -> found.put("usage", new CertificateStatus.WrongUsage(why)));
            if (request.time().isBefore(leaf.notBefore())) {
                found.put("time", new CertificateStatus.NotYetValid(leaf.notBefore()));
            } else if (request.time().isAfter(leaf.notAfter())) {
                found.put("time", new CertificateStatus.Expired(leaf.notAfter()));
            }
            CertificateStatus scripted = statuses.get(leaf.id());
            if (scripted != null) {
                found.put("scripted", scripted);
            }
            CertificateStatus status = found.isEmpty()
                    ? new CertificateStatus.Usable()
                    : found.values().iterator().next();
            Instant natural = switch (status) {
                case CertificateStatus.Usable _ -> leaf.notAfter();
                case CertificateStatus.NotYetValid(Instant notBefore) -> notBefore;
                default -> Instant.MAX;
            };
            return new PathVerdict(
                    status,
                    status instanceof CertificateStatus.Usable ? List.of(leaf, CA.issuer(), CA.root()) : List.of(),
                    until.getOrDefault(leaf.id(), natural));
        }

        long questions(MailCertificate certificate, CertificatePurpose purpose) {
            return requests.stream()
                    .filter(each -> each.leaf().equals(certificate) && each.purpose() == purpose)
                    .count();
        }
    }
}
