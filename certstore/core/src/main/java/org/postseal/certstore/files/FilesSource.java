package org.postseal.certstore.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.CertificateSource;
import org.postseal.certstore.source.KeySource;

/**
 * The certificates and keys in the files of one directory. The files are read once, and serve as a source of both with
 * the name {@code files}. Immutable, thread-safe.
 */
public final class FilesSource implements CertificateSource, KeySource {
    private final List<MailCertificate> anchors;
    private final Set<MailCertificate> certificates;
    private final Map<MailAddress, List<Candidate>> candidates;
    private final Map<MailAddress, List<KeyHandle>> keys;
    private final List<StoreProblem> warnings;

    private FilesSource(
            List<MailCertificate> anchors,
            Set<MailCertificate> certificates,
            List<KeyHandle> keys,
            List<StoreProblem> warnings) {
        this.warnings = List.copyOf(warnings);
        this.anchors = List.copyOf(anchors);
        this.certificates = certificates;
        Map<MailAddress, List<MailCertificate>> index = byAddress(certificates, Function.identity());
        this.candidates = new HashMap<>();
        index.forEach((address, list) -> candidates.put(
                address, list.stream().map(each -> Candidate.of(each, "")).toList()));
        this.keys = byAddress(keys, KeyHandle::certificate);
    }

    public sealed interface Load {
        record Loaded(FilesSource source) implements Load {}

        /** Nothing may be used until these problems are solved. */
        record Refused(List<StoreProblem> problems) implements Load {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /**
     * Reads {@code directory} and its {@code trust} folder.
     *
     * @param hasOtherAnchors whether anchors may also come from elsewhere; without any, certificates are a problem
     */
    public static Load load(Path directory, boolean hasOtherAnchors) {
        StoreFiles files = StoreFiles.read(directory, hasOtherAnchors);
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
                problems.add(new StoreProblem(
                        found.file(),
                        matching.isEmpty()
                                ? "private key without a certificate"
                                : "private key whose only certificates stand in other files"
                                        + " and have no path to a trust anchor"));
            }
            belonging.forEach(
                    certificate -> handles.add(found.key().handle(certificate, validator.intermediates(certificate))));
        }
        return problems.isEmpty()
                ? new Load.Loaded(new FilesSource(files.anchors(), all, handles, files.warnings()))
                : new Load.Refused(problems);
    }

    /**
     * The contents that can be seen without a key.
     *
     * @param source a source without keys
     * @param notRead the files that were not opened or cannot be read, with the reasons
     */
    public record Sight(FilesSource source, List<StoreProblem> notRead) {
        public Sight {
            notRead = List.copyOf(notRead);
        }
    }

    /** Reads only certificates and anchors. No private key is read, and no PKCS #12 file is opened. */
    public static Sight look(Path directory) {
        StoreSight files = StoreSight.of(directory);
        Set<MailCertificate> all = new LinkedHashSet<>(files.certificates());
        all.addAll(files.anchors());
        return new Sight(new FilesSource(files.anchors(), all, List.of(), List.of()), files.notRead());
    }

    /** Creates a source without keys from certificates that the caller has read. */
    public static FilesSource of(List<MailCertificate> anchors, Collection<MailCertificate> certificates) {
        Set<MailCertificate> all = new LinkedHashSet<>(certificates);
        all.addAll(anchors);
        return new FilesSource(anchors, all, List.of(), List.of());
    }

    /** Returns what others can do with the files, which may be intended. */
    public List<StoreProblem> warnings() {
        return warnings;
    }

    @Override
    public String name() {
        return "files";
    }

    @Override
    public List<Candidate> find(MailAddress address) {
        return candidates.getOrDefault(address, List.of());
    }

    @Override
    public List<KeyHandle> keysOf(MailAddress address) {
        return keys.getOrDefault(address, List.of());
    }

    /** Returns all keys, each under every address that its certificate carries. */
    public Map<MailAddress, List<KeyHandle>> keys() {
        return Map.copyOf(keys);
    }

    /** Returns the certificates that have a private key. A certificate with several addresses occurs several times. */
    public List<MailCertificate> certificatesWithKey() {
        return keys.values().stream()
                .flatMap(List::stream)
                .map(KeyHandle::certificate)
                .toList();
    }

    /** Returns the certificates of the {@code trust} folder. */
    public List<MailCertificate> anchors() {
        return anchors;
    }

    /** Returns all certificates. Those of issuers and anchors are included, since they help to build paths. */
    public Collection<MailCertificate> certificates() {
        return certificates;
    }

    /**
     * Returns true if the certificate may use a key that came in another file. Anybody can have a certificate made over
     * somebody else's public key, and would then receive mail that the key opens. So the certificate must have been
     * trustworthy once. It may have expired, since old mail is encrypted to old certificates.
     */
    private static boolean isVouchedFor(MailCertificate certificate, PathValidator validator) {
        return Stream.of(CertificatePurpose.values())
                .anyMatch(purpose -> validator
                                .validate(certificate, List.of(), purpose, certificate.notBefore())
                                .status()
                        instanceof CertificateStatus.Usable);
    }

    private static <T> Map<MailAddress, List<T>> byAddress(
            Iterable<T> items, Function<T, MailCertificate> certificateOf) {
        Map<MailAddress, List<T>> index = new HashMap<>();
        for (T item : items) {
            for (MailAddress address : certificateOf.apply(item).addresses()) {
                index.computeIfAbsent(address, _ -> new ArrayList<>()).add(item);
            }
        }
        // The order is the newest NotBefore, then the later NotAfter, then the lowest id.
        Comparator<MailCertificate> order = Comparator.comparing(MailCertificate::notBefore, Comparator.reverseOrder())
                .thenComparing(MailCertificate::notAfter, Comparator.reverseOrder())
                .thenComparing(certificate -> certificate.id().hex());
        index.values().forEach(list -> list.sort(Comparator.comparing(certificateOf, order)));
        return index;
    }
}
