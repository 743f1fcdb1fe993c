package org.postseal.gateway.road.directory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.Harvest.Conflict;
import org.postseal.certstore.database.Harvest.Outcome;
import org.postseal.certstore.database.Harvest.State;
import org.postseal.certstore.database.Harvest.VerifiedSender;
import org.postseal.certstore.database.RememberedCapabilities.VerifiedCapabilities;
import org.postseal.certstore.directory.Harvest;
import org.postseal.certstore.directory.SignatureFacts;
import org.postseal.certstore.path.CertificateValidation;
import org.postseal.certstore.path.ValidationRequest;
import org.postseal.gateway.smime.VerifiedSigner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from verified mail: it remembers the certificate to which answers are to be encrypted, and what its owner can
 * decrypt. A thread of its own does this from a queue, so that no message waits for it. If the queue is full, a lesson
 * is dropped, and the next message of the same sender teaches it again.
 */
final class Harvester implements VerifiedSigner.Observer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Harvester.class);

    private final CertificateDatabase database;
    private final CertificateValidation validation;
    private final RevocationMode outbound;
    private final InstantSource clock;
    private final BlockingQueue<Lesson> waiting = new ArrayBlockingQueue<>(1_000);
    private final AtomicLong octetsWaiting = new AtomicLong();
    private final Cache<Seen, Instant> seen = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(10))
            .build();
    private final Thread thread;

    Harvester(
            CertificateDatabase database,
            CertificateValidation validation,
            RevocationMode outbound,
            InstantSource clock) {
        this.database = database;
        this.validation = validation;
        this.outbound = outbound;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("harvester").start(this::run);
    }

    @Override
    public void verified(VerifiedSigner signer) {
        Optional<Lesson> lesson = Lesson.of(signer);
        // Most mail teaches nothing new, and is stopped here before the database is asked.
        if (lesson.isEmpty() || seen.getIfPresent(lesson.get().key()) != null) {
            return;
        }
        // The entry is made before the lesson is queued: the other thread may be done with the lesson at once, and
        // remove the entry again.
        seen.put(lesson.get().key(), signer.received());
        if (octetsWaiting.addAndGet(lesson.get().octets()) > MAX_OCTETS || !waiting.offer(lesson.get())) {
            octetsWaiting.addAndGet(-lesson.get().octets());
            seen.invalidate(lesson.get().key());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                Lesson lesson = waiting.take();
                octetsWaiting.addAndGet(-lesson.octets());
                if (!learn(lesson)) {
                    seen.invalidate(lesson.key());
                }
            }
        } catch (InterruptedException closed) {
            // Later mail teaches the lessons that are still in the queue again.
        }
    }

    /** Learns the lesson. It returns false if the same message may teach more at another time. */
    private boolean learn(Lesson lesson) {
        try {
            return learn(lesson, clock.instant());
        } catch (DatabaseException e) {
            LOG.warn("nothing is learnt from mail of {}: {}", lesson.address(), e.getMessage());
        } catch (RuntimeException e) {
            // This is the border of the thread: one odd certificate must not end all learning, nor fill the log.
            LOG.warn("nothing is learnt from mail of {}: {}", lesson.address(), e.toString());
            LOG.debug("where that happened", e);
        }
        return false;
    }

    private boolean learn(Lesson lesson, Instant now) {
        MailCertificate certificate = lesson.certificate();
        Optional<String> whyNot = Harvest.whyNot(facts(lesson, now), now);
        if (whyNot.isPresent()) {
            LOG.debug("not learnt from mail of {}: {}", lesson.address(), whyNot.get());
            return false;
        }
        Instant signed = lesson.signingTime().orElseThrow();
        switch (database.harvest().observe(new VerifiedSender(lesson.address(), certificate, signed), now)) {
            case Outcome.Added _ -> {
                remember(lesson, signed, now);
                record("certificate-harvested", lesson, "", now);
            }
            case Outcome.Known(State state) -> {
                if (state == State.ACTIVE) {
                    remember(lesson, signed, now);
                }
            }
            case Outcome.Held(Conflict conflict) -> {
                LOG.warn(
                        "certificate {} of {} is held, it waits for the administrator (postseal cert held): {}",
                        certificate.id().hex(),
                        lesson.address(),
                        conflict);
                record("certificate-held", lesson, conflict.name(), now);
            }
            case Outcome.Ignored _ -> {}
        }
        return true;
    }

    /**
     * Remembers the capabilities of the certificate, and the mail program of its owner. This is done only for a
     * certificate that is used: a sender who names somebody else's certificate must not determine what its owner can
     * decrypt.
     */
    private void remember(Lesson lesson, Instant signed, Instant now) {
        lesson.capabilities()
                .ifPresent(read -> database.capabilities()
                        .remember(new VerifiedCapabilities(lesson.certificate(), read, signed), now));
        lesson.program().ifPresent(program -> database.programs().remember(lesson.certificate(), program, signed, now));
    }

    private SignatureFacts facts(Lesson lesson, Instant now) {
        ValidationRequest request = new ValidationRequest(
                lesson.certificate(), lesson.helpers(), CertificatePurpose.ENCRYPT, outbound, now, Optional.empty());
        // The revocation is checked again before anything is encrypted to the certificate, by a caller who may ask
        // servers.
        CertificateStatus mayEncrypt = validation
                .validate(lesson.wasEncrypted() ? request.asQuiet() : request)
                .status();
        return new SignatureFacts(
                true,
                lesson.address(),
                lesson.signer(),
                true,
                new CertificateStatus.Usable(),
                lesson.signingTime(),
                Optional.of(lesson.certificate()),
                mayEncrypt);
    }

    private void record(String action, Lesson lesson, String detail, Instant now) {
        database.changeLog()
                .add(
                        action,
                        "certificate:" + lesson.certificate().id().hex(),
                        detail.isEmpty()
                                ? List.of(lesson.address().toString())
                                : List.of(lesson.address().toString(), detail),
                        Act.of("postseal", now));
    }

    /**
     * Holds the part of a message that is kept until its turn. It holds no more certificates than a path has.
     *
     * @param octets the size of its certificates
     */
    private record Lesson(
            MailAddress address,
            MailCertificate signer,
            MailCertificate certificate,
            List<MailCertificate> helpers,
            Optional<Instant> signingTime,
            Optional<SmimeCapabilities> capabilities,
            Optional<String> program,
            boolean wasEncrypted,
            long octets) {
        static Optional<Lesson> of(VerifiedSigner signer) {
            return signer.claims().encryptionCertificate().map(certificate -> {
                List<MailCertificate> helpers = signer.fromMessage().stream()
                        .filter(each -> each.x509().getBasicConstraints() >= 0)
                        .limit(MAX_HELPERS)
                        .toList();
                long octets = Stream.concat(Stream.of(signer.signer(), certificate), helpers.stream())
                        .mapToLong(Lesson::octets)
                        .sum();
                return new Lesson(
                        signer.address(),
                        signer.signer(),
                        certificate,
                        helpers,
                        signer.claims().signingTime(),
                        signer.claims().capabilities(),
                        signer.program(),
                        signer.wasEncrypted(),
                        octets);
            });
        }

        Seen key() {
            return new Seen(address, certificate.id(), Objects.hash(capabilities, program));
        }

        private static long octets(MailCertificate certificate) {
            try {
                return certificate.x509().getEncoded().length;
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("it was read from DER", e);
            }
        }
    }

    private record Seen(MailAddress address, CertificateId certificate, int program) {}

    // A certificate on the heap takes up to sixteen times its DER size.
    private static final long MAX_OCTETS = 4L << 20;
    private static final int MAX_HELPERS = 8;
}
