package org.postseal.certstore.directory;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.path.CertificateValidation;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.CertificateSource;
import org.postseal.certstore.source.KeySource;

/**
 * A certificate store that asks its sources in order, judges every certificate, takes the best one, and remembers the
 * choice until something that the choice is based on changes. Thread-safe.
 *
 * <p>There are two layers of cache. The answers of the sources live for their lifetimes and serve both purposes. A
 * choice lives until an answer or a verdict that it is based on ends, or until it is invalidated. The verdict on a
 * certificate that is not yet valid ends when the certificate becomes valid. Invalidation drops the answers before the
 * choices, so that no choice based on dropped answers stays in the cache. {@link Flights} describes what happens to
 * choices that are under way.
 */
public final class DirectoryCertificateStore implements CertificateStore {
    private final Sources sources;
    private final Judge judge;
    private final SigningPreferences preferences;
    private final DirectorySettings settings;
    private final Ticker ticker;
    private final ChoiceCache<MailCertificate> encryption;
    private final ChoiceCache<MailCertificate> mlKem;
    private final Map<KeyPlace, ChoiceCache<KeyHandle>> signing = new EnumMap<>(KeyPlace.class);

    /**
     * Creates a store.
     *
     * @param sources the sources of certificates, in the order in which they are asked
     * @param keySources the sources of keys, all of which are always asked
     */
    public DirectoryCertificateStore(
            List<CertificateSource> sources,
            List<KeySource> keySources,
            CertificateValidation validation,
            Blocks blocks,
            SigningPreferences preferences,
            DirectorySettings settings) {
        this(sources, keySources, validation, blocks, preferences, settings, Ticker.systemTicker());
    }

    DirectoryCertificateStore(
            List<CertificateSource> sources,
            List<KeySource> keySources,
            CertificateValidation validation,
            Blocks blocks,
            SigningPreferences preferences,
            DirectorySettings settings,
            Ticker ticker) {
        this.sources = new Sources(sources, keySources, settings, ticker);
        this.judge = new Judge(validation, blocks, settings.rules());
        this.preferences = preferences;
        this.settings = settings;
        this.ticker = ticker;
        this.encryption = certificates(settings.cacheOctets() / 8 * 2, false);
        // Nearly all entries say that there is no such certificate.
        this.mlKem = certificates(settings.cacheOctets() / 16, true);
        for (KeyPlace place : KeyPlace.values()) {
            signing.put(
                    place,
                    new ChoiceCache<>(
                            Caffeine.newBuilder().maximumSize(MAX_SIGNERS).build(),
                            (address, time, renew) -> searchKey(address, place, time, renew),
                            ticker));
        }
    }

    @Override
    public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
        return encryption.choose(recipient, time);
    }

    private ChoiceCache<MailCertificate> certificates(long octets, boolean isForMlKem) {
        return new ChoiceCache<>(
                Caffeine.newBuilder()
                        .maximumWeight(octets)
                        .weigher((MailAddress _, Held<MailCertificate> held) -> Weights.ofChoice(held))
                        .build(),
                (address, time, renew) -> searchCertificate(address, time, renew, isForMlKem),
                ticker);
    }

    @Override
    public CertificateChoice<MailCertificate> mlKemCertificate(MailAddress recipient, Instant time) {
        return mlKem.choose(recipient, time);
    }

    @Override
    public List<MailCertificate> usableCertificates(
            MailAddress recipient, Predicate<MailCertificate> named, Instant time) {
        if (judge.whyNotAtAll(recipient).isPresent()) {
            return List.of();
        }
        Judge.Wanted wanted = new Judge.Wanted(recipient, CertificatePurpose.ENCRYPT, time);
        for (AskedSource<Candidate> source : sources.certificates()) {
            if (!sources.covers(source, recipient)) {
                continue;
            }
            List<Offer<MailCertificate>> offers =
                    Sources.offers(source, source.answer(recipient, false).items()).stream()
                            .filter(offer -> named.test(offer.item()))
                            .toList();
            List<MailCertificate> usable = judgedTier(offers, wanted).stream()
                    .filter(Judged::isUsable)
                    .map(Judged::certificate)
                    .toList();
            if (!usable.isEmpty()) {
                return usable;
            }
        }
        return List.of();
    }

    @Override
    public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
        return signing(place).choose(sender, time);
    }

    @Override
    public List<KeyHandle> decryptionKeys(MailAddress recipient) {
        Map<CertificateId, KeyHandle> keys = new LinkedHashMap<>();
        for (AskedSource<KeyHandle> source : sources.keys()) {
            for (KeyHandle key : source.answer(recipient, false).items()) {
                if (key.certificate().keyKind().canEncrypt()) {
                    keys.putIfAbsent(key.certificate().id(), key);
                }
            }
        }
        return List.copyOf(keys.values());
    }

    @Override
    public PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
        return judge.verify(leaf, brought, purpose, time);
    }

    @Override
    public PathVerdict validateKey(KeyHandle key, MailAddress owner, CertificatePurpose purpose, Instant time) {
        return judge.ofOurs(key, new Judge.Wanted(owner, purpose, time));
    }

    /**
     * Explains the choice: every candidate of every source, even those that the search does not reach, with what was
     * found about each.
     */
    public CertificateExplanation explain(MailAddress address, CertificatePurpose purpose, Instant time) {
        return new Explainer(sources, judge, preferences, settings.rules())
                .explain(new Judge.Wanted(address, purpose, time));
    }

    /** Forgets the answers of the source of certificates or keys with this name, and all choices. */
    public void invalidateSource(String name) {
        sources.invalidate(name);
        invalidateChoices();
    }

    /** Forgets all choices, since trust, revocation, blocks or preferences may have changed. The answers stay. */
    public void invalidateChoices() {
        encryption.invalidate();
        mlKem.invalidate();
        signing.values().forEach(ChoiceCache::invalidate);
    }

    /** Returns the counts since the start. */
    public DirectoryStatistics statistics() {
        List<ChoiceCache<?>> caches = new ArrayList<>(signing.values());
        caches.add(encryption);
        caches.add(mlKem);
        return new DirectoryStatistics(
                caches.stream().mapToLong(ChoiceCache::hits).sum(),
                caches.stream().mapToLong(ChoiceCache::misses).sum(),
                caches.stream().mapToLong(ChoiceCache::refreshes).sum(),
                caches.stream().mapToLong(ChoiceCache::failures).sum(),
                caches.stream().mapToLong(ChoiceCache::size).sum(),
                sources.answers(),
                sources.certificates().stream()
                        .map(source -> source.health().statistics())
                        .toList(),
                sources.keys().stream()
                        .map(source -> source.health().statistics())
                        .toList());
    }

    /**
     * Searches up to the first source that has a usable certificate, or under strict precedence the first that has any.
     *
     * @param isForMlKem whether to look into every tier of that source; after the first usable certificate, only ML-KEM
     *     certificates are judged
     */
    private Held<MailCertificate> searchCertificate(
            MailAddress address, Instant time, boolean renew, boolean isForMlKem) {
        Judge.Wanted wanted = new Judge.Wanted(address, CertificatePurpose.ENCRYPT, time);
        Held.Making<MailCertificate> making = new Held.Making<>(wanted, latest());
        Optional<CertificateStatus> refused = judge.whyNotAtAll(address);
        if (refused.isPresent()) {
            return making.refused(refused.get());
        }
        boolean isStrict = settings.rules().outlookStrictPrecedence();
        for (AskedSource<Candidate> source : sources.certificates()) {
            if (!sources.covers(source, address)) {
                continue;
            }
            Answer<Candidate> answer = source.answer(address, renew);
            making.restsOn(answer);
            for (List<Offer<MailCertificate>> tier : Offer.tiers(Sources.offers(source, answer.items()))) {
                boolean isFound = making.hasUsable();
                making.restsOn(judgedTier(
                        tier.stream()
                                .filter(offer -> !isFound || isMlKem(offer.item()))
                                .toList(),
                        wanted));
                if (!isForMlKem && (making.hasUsable() || isStrict)) {
                    break;
                }
            }
            if (making.hasUsable() || (isStrict && !answer.items().isEmpty())) {
                break;
            }
        }
        return isForMlKem ? making.madeOf(DirectoryCertificateStore::isMlKem) : making.made();
    }

    private static boolean isMlKem(MailCertificate certificate) {
        return certificate.keyKind() instanceof PublicKeyKind.MlKem;
    }

    private Held<KeyHandle> searchKey(MailAddress address, KeyPlace place, Instant time, boolean renew) {
        Judge.Wanted wanted = new Judge.Wanted(address, CertificatePurpose.SIGN, time);
        Held.Making<KeyHandle> making = new Held.Making<>(wanted, latest());
        Optional<CertificateStatus> refused = judge.whyNotAtAll(address);
        if (refused.isPresent()) {
            return making.refused(refused.get());
        }
        List<Judged<KeyHandle>> judged = new ArrayList<>();
        for (AskedSource<KeyHandle> source : sources.keys()) {
            Answer<KeyHandle> answer = source.answer(address, renew);
            making.restsOn(answer);
            List<KeyHandle> fitting = answer.items().stream()
                    .filter(key -> place == KeyPlace.ANYWHERE || key.isHardware())
                    .toList();
            Sources.offers(source, fitting, preferences, address)
                    .forEach(offer -> judged.add(judge.judge(offer, wanted)));
        }
        demandDecided(judged, wanted);
        making.restsOn(judged);
        return making.made();
    }

    private <T> List<Judged<T>> judgedTier(List<Offer<T>> tier, Judge.Wanted wanted) {
        List<Judged<T>> judged =
                tier.stream().map(offer -> judge.judge(offer, wanted)).toList();
        demandDecided(judged, wanted);
        return judged;
    }

    // A server that is down may delay mail, but it must neither change the choice nor disable the encryption.
    private static <T> void demandDecided(List<Judged<T>> judged, Judge.Wanted wanted) {
        Judged.undecided(judged, wanted.purpose()).ifPresent(each -> {
            throw new StoreUnavailableException(each.outage());
        });
    }

    private ChoiceCache<KeyHandle> signing(KeyPlace place) {
        return Objects.requireNonNull(signing.get(place));
    }

    private long latest() {
        return ticker.read() + settings.lifetimes().positive().toNanos();
    }

    private static final int MAX_SIGNERS = 100_000;
}
