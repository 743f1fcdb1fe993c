package org.postseal.certstore.source;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateChoice.Considered;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.CertificateStore;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.path.PathValidator;

/**
 * The certificates and keys in the files of one directory, read once. Immutable but for its cache, thread-safe. To take up changes, {@link #reload} reads
 * the directory again and the caller swaps the stores.
 */
public final class FileCertificateStore implements CertificateStore {
    private final Path directory;
    private final PathValidator validator;
    private final Map<MailAddress, List<MailCertificate>> certificates;
    private final Map<MailAddress, List<KeyHandle>> keys;

    private FileCertificateStore(
            Path directory, PathValidator validator, Set<MailCertificate> certificates, List<KeyHandle> keys) {
        this.directory = directory;
        this.validator = validator;
        this.certificates = byAddress(certificates, Function.identity());
        this.keys = byAddress(keys, KeyHandle::certificate);
    }

    /** Reads {@code directory} and its {@code trust} folder. */
    public static StoreLoad load(Path directory) {
        StoreFiles files = StoreFiles.read(directory);
        List<StoreProblem> problems = new ArrayList<>(files.problems());
        Set<MailCertificate> all = new LinkedHashSet<>(files.certificates());
        all.addAll(files.anchors());
        PathValidator validator = new PathValidator(files.anchors(), all);
        List<KeyHandle> handles = new ArrayList<>();
        for (StoreFiles.FoundKey found : files.keys()) {
            List<MailCertificate> matching =
                    all.stream().filter(found.key()::matches).toList();
            List<MailCertificate> belonging = matching.stream()
                    .filter(certificate -> found.beside().contains(certificate) || isVouchedFor(certificate, validator))
                    .toList();
            if (belonging.isEmpty()) {
                problems.add(
                        new StoreProblem(
                                found.file(),
                                matching.isEmpty()
                                        ? "private key without a certificate"
                                        : "private key whose only certificates stand in other files and have no path to a trust anchor"));
            }
            belonging.forEach(
                    certificate -> handles.add(found.key().handle(certificate, validator.intermediates(certificate))));
        }
        return problems.isEmpty()
                ? new StoreLoad.Loaded(new FileCertificateStore(directory, validator, all, handles))
                : new StoreLoad.Refused(problems);
    }

    /**
     * Anybody can have a certificate made over somebody else's public key. What did not come in one file with the key must have been trustworthy once, or its address would be given the key
     * to open with. Expired is no matter: old mail is encrypted to old certificates.
     */
    private static boolean isVouchedFor(MailCertificate certificate, PathValidator validator) {
        return Stream.of(CertificatePurpose.values())
                .anyMatch(purpose -> validator
                                .validate(certificate, List.of(), purpose, certificate.notBefore())
                                .status()
                        instanceof CertificateStatus.Usable);
    }

    /** A new store from the same directory; this one stays as it is. */
    public StoreLoad reload() {
        return load(directory);
    }

    @Override
    public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
        return choose(
                certificates.getOrDefault(recipient, List.of()), Function.identity(), CertificatePurpose.ENCRYPT, time);
    }

    @Override
    public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
        List<KeyHandle> held = keys.getOrDefault(sender, List.of());
        return choose(
                place == KeyPlace.ANYWHERE
                        ? held
                        : held.stream().filter(KeyHandle::isHardware).toList(),
                KeyHandle::certificate,
                CertificatePurpose.SIGN,
                time);
    }

    @Override
    public List<KeyHandle> decryptionKeys(MailAddress recipient) {
        return keys.getOrDefault(recipient, List.of()).stream()
                .filter(key -> key.certificate().keyKind().canEncrypt())
                .toList();
    }

    @Override
    public PathVerdict validate(
            MailCertificate leaf, List<MailCertificate> fromMessage, CertificatePurpose purpose, Instant time) {
        return validator.validate(leaf, fromMessage, purpose, time);
    }

    private <T> CertificateChoice<T> choose(
            List<T> candidates, Function<T, MailCertificate> certificateOf, CertificatePurpose purpose, Instant time) {
        List<Judged<T>> judged = new ArrayList<>();
        for (T candidate : candidates) {
            MailCertificate certificate = certificateOf.apply(candidate);
            judged.add(new Judged<>(
                    candidate,
                    new Considered(
                            certificate.id(),
                            "files",
                            validator
                                    .validate(certificate, List.of(), purpose, time)
                                    .status())));
        }
        // stable: among equals the index's order stays, which is newest first
        judged.sort(Comparator.comparingInt(each -> rank(each.considered().status())));
        List<Considered> considered = judged.stream().map(Judged::considered).toList();
        if (judged.isEmpty()) {
            return new CertificateChoice.NoneUsable<>(new CertificateStatus.Missing(), considered);
        }
        Judged<T> best = judged.getFirst();
        return best.considered().status() instanceof CertificateStatus.Usable
                ? new CertificateChoice.Chosen<>(best.candidate(), considered)
                : new CertificateChoice.NoneUsable<>(best.considered().status(), considered);
    }

    private record Judged<T>(T candidate, Considered considered) {}

    // how near a certificate is to being usable, so that the reason told is the one worth acting on
    private static int rank(CertificateStatus status) {
        return switch (status) {
            case CertificateStatus.Usable _ -> 0;
            case CertificateStatus.RevocationUnknown _, CertificateStatus.RevocationOffline _ -> 1;
            case CertificateStatus.NotYetValid _ -> 2;
            case CertificateStatus.Untrusted _ -> 3;
            case CertificateStatus.Expired _ -> 4;
            case CertificateStatus.Revoked _, CertificateStatus.IssuerRevoked _ -> 5;
            case CertificateStatus.WrongUsage _ -> 6;
            case CertificateStatus.AddressMismatch _, CertificateStatus.Blocked _ -> 7;
            case CertificateStatus.Missing _ -> 8;
        };
    }

    private static <T> Map<MailAddress, List<T>> byAddress(
            Iterable<T> items, Function<T, MailCertificate> certificateOf) {
        Map<MailAddress, List<T>> index = new HashMap<>();
        for (T item : items) {
            for (MailAddress address : certificateOf.apply(item).addresses()) {
                index.computeIfAbsent(address, _ -> new ArrayList<>()).add(item);
            }
        }
        // newest NotBefore, then later NotAfter, then lowest id
        Comparator<MailCertificate> order = Comparator.comparing(MailCertificate::notBefore, Comparator.reverseOrder())
                .thenComparing(MailCertificate::notAfter, Comparator.reverseOrder())
                .thenComparing(certificate -> certificate.id().hex());
        index.values().forEach(list -> list.sort(Comparator.comparing(certificateOf, order)));
        return index;
    }
}
