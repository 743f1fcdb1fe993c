package org.postseal.certstore.directory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.CertificateSource;
import org.postseal.certstore.source.KeySource;

/**
 * The sources of certificates and of keys in the order of the configuration. Each is behind the cache of its kind.
 * Thread-safe.
 */
final class Sources {
    private final List<CertificateSource> sources;
    private final List<AskedSource<Candidate>> certificates = new ArrayList<>();
    private final List<AskedSource<KeyHandle>> keys = new ArrayList<>();
    private final Cache<AskedSource.Key, Entry<Candidate>> certificateCache;
    private final Cache<AskedSource.Key, Entry<KeyHandle>> keyCache;

    Sources(List<CertificateSource> sources, List<KeySource> keySources, DirectorySettings settings, Ticker ticker) {
        this.sources = List.copyOf(sources);
        this.certificateCache = Caffeine.newBuilder()
                .maximumWeight(settings.cacheOctets() / 8 * 5)
                .weigher((AskedSource.Key _, Entry<Candidate> entry) -> Weights.ofCandidates(entry.items()))
                .build();
        this.keyCache = Caffeine.newBuilder()
                .maximumWeight(settings.cacheOctets() / 8)
                .weigher((AskedSource.Key _, Entry<KeyHandle> entry) -> Weights.ofKeys(entry.items()))
                .build();
        AskedSource.Shared<Candidate> shared = new AskedSource.Shared<>(certificateCache, settings, ticker);
        for (CertificateSource each : this.sources) {
            AskedSource.Place place = new AskedSource.Place(each.name(), certificates.size(), each.failsAsAWhole());
            certificates.add(new AskedSource<>(place, each::find, Candidate::lifetime, shared));
        }
        // If a source of keys fails, no old answer is used instead, since it could lack a key.
        Lifetimes lifetimes = settings.lifetimes();
        DirectorySettings withoutStale = settings.with(new Lifetimes(
                lifetimes.positive(),
                lifetimes.negative(),
                java.time.Duration.ZERO,
                java.time.Duration.ZERO,
                lifetimes.error(),
                lifetimes.refreshAhead()));
        AskedSource.Shared<KeyHandle> sharedKeys = new AskedSource.Shared<>(keyCache, withoutStale, ticker);
        for (KeySource each : keySources) {
            AskedSource.Place place = new AskedSource.Place(each.name(), keys.size(), true);
            keys.add(new AskedSource<>(place, each::keysOf, _ -> Optional.empty(), sharedKeys));
        }
    }

    List<AskedSource<Candidate>> certificates() {
        return certificates;
    }

    List<AskedSource<KeyHandle>> keys() {
        return keys;
    }

    boolean covers(AskedSource<Candidate> source, MailAddress address) {
        return sources.get(source.number()).covers(address);
    }

    static List<Offer<MailCertificate>> offers(AskedSource<Candidate> source, List<Candidate> candidates) {
        return candidates.stream()
                .map(each -> new Offer<>(each.certificate(), each, source.name(), source.number()))
                .toList();
    }

    /** Presents keys as candidates of one tier, with the key that its user chose flagged. */
    static List<Offer<KeyHandle>> offers(
            AskedSource<KeyHandle> source, List<KeyHandle> keys, SigningPreferences preferences, MailAddress address) {
        Optional<org.postseal.certstore.CertificateId> preferred = preferences.preferredSigning(address);
        return keys.stream()
                .map(key -> new Offer<>(
                        key,
                        new Candidate(
                                key.certificate(),
                                "",
                                0,
                                preferred.filter(key.certificate().id()::equals).isPresent(),
                                List.of(),
                                key.chain(),
                                Optional.empty(),
                                new Candidate.Vouching.Path(),
                                Optional.empty()),
                        source.name(),
                        source.number()))
                .toList();
    }

    void invalidate(String name) {
        certificates.stream().filter(source -> source.name().equals(name)).forEach(AskedSource::invalidate);
        keys.stream().filter(source -> source.name().equals(name)).forEach(AskedSource::invalidate);
    }

    long answers() {
        return certificateCache.estimatedSize() + keyCache.estimatedSize();
    }
}
