package org.postseal.gateway.directory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.Harvest.Outcome;
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
 * Remembers what verified mail teaches: the certificate to encrypt answers to, and what its owner can read. Off the road of the message: a queue and one thread. When the
 * queue is full something is not learnt; the next message of the same sender teaches it again.
 */
final class Harvester implements VerifiedSigner.Observer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Harvester.class);

    private final CertificateDatabase database;
    private final CertificateValidation validation;
    private final RevocationMode outbound;
    private final InstantSource clock;
    private final BlockingQueue<VerifiedSigner> waiting = new ArrayBlockingQueue<>(1_000);
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
        Optional<Seen> key = signer.encryptionCertificate()
                .map(certificate -> new Seen(
                        signer.address(),
                        certificate.id(),
                        signer.capabilities().hashCode()));
        // most mail teaches nothing new, and need not come as far as the database
        if (key.isPresent() && seen.getIfPresent(key.get()) == null && waiting.offer(signer)) {
            seen.put(key.get(), signer.received());
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
                learn(waiting.take());
            }
        } catch (InterruptedException closed) {
            // what waits is taught again
        }
    }

    private void learn(VerifiedSigner signer) {
        try {
            learn(signer, signer.encryptionCertificate().orElseThrow(), clock.instant());
        } catch (DatabaseException e) {
            LOG.warn("nothing is learnt from mail of {}: {}", signer.address(), e.getMessage());
        } catch (RuntimeException e) {
            // the border of this thread: one odd certificate must not end all learning
            LOG.error("learning from mail of {} failed", signer.address(), e);
        }
    }

    private void learn(VerifiedSigner signer, MailCertificate certificate, Instant now) {
        Optional<String> whyNot = Harvest.whyNot(facts(signer, certificate, now), now);
        if (whyNot.isPresent()) {
            LOG.debug("not learnt from mail of {}: {}", signer.address(), whyNot.get());
            return;
        }
        Instant signed = signer.signingTime().orElseThrow();
        signer.capabilities()
                .ifPresent(read ->
                        database.capabilities().remember(new VerifiedCapabilities(certificate, read, signed), now));
        switch (database.harvest().observe(new VerifiedSender(signer.address(), certificate, signed), now)) {
            case Outcome.Added _ -> record("certificate-harvested", signer.address(), certificate, "", now);
            case Outcome.Held(var conflict) -> {
                LOG.warn(
                        "certificate {} of {} is held, it waits for the administrator: {}",
                        certificate.id().hex(),
                        signer.address(),
                        conflict);
                record("certificate-held", signer.address(), certificate, conflict.name(), now);
            }
            case Outcome.Known _, Outcome.Ignored _ -> {}
        }
    }

    private SignatureFacts facts(VerifiedSigner signer, MailCertificate certificate, Instant now) {
        CertificateStatus mayEncrypt = validation
                .validate(new ValidationRequest(
                        certificate, signer.fromMessage(), CertificatePurpose.ENCRYPT, outbound, now, Optional.empty()))
                .status();
        return new SignatureFacts(
                true,
                signer.address(),
                signer.signer(),
                true,
                new CertificateStatus.Usable(),
                signer.signingTime(),
                signer.capabilities(),
                Optional.of(certificate),
                mayEncrypt);
    }

    private void record(String action, MailAddress address, MailCertificate certificate, String detail, Instant now) {
        database.changeLog()
                .add(
                        action,
                        "certificate:" + certificate.id().hex(),
                        detail.isEmpty() ? List.of(address.toString()) : List.of(address.toString(), detail),
                        Act.of("postseal", now));
    }

    private record Seen(MailAddress address, CertificateId certificate, int capabilities) {}
}
