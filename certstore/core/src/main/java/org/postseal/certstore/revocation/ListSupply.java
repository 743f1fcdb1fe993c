package org.postseal.certstore.revocation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.cert.CRLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.postseal.certstore.CacheCount;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.fetch.FetchResult;

/** Provides lists from the administrator, the store and the network. Thread-safe. */
final class ListSupply {
    private static final CacheCount COUNT = CacheCount.of("lists");

    private final RevocationSettings settings;
    private final Downloads downloads;
    private final RevocationStore store;
    private final Map<X500Name, List<RevocationList>> known = new HashMap<>();
    private final Cache<String, RevocationList> parsed = Caffeine.newBuilder()
            .maximumWeight(128L * 1_024 * 1_024)
            .weigher((String key, RevocationList list) -> 1_000 + key.length() + list.octets())
            .build();

    ListSupply(
            RevocationSettings settings, Downloads downloads, RevocationStore store, Collection<RevocationList> known) {
        this.settings = settings;
        this.downloads = downloads;
        this.store = store;
        known.forEach(list -> this.known
                .computeIfAbsent(list.issuer(), _ -> new ArrayList<>())
                .add(list));
    }

    /**
     * A list that may serve but has not been verified.
     *
     * @param address the address that it came from; empty if it was already present
     * @param isBrought whether it came with the message
     */
    record Offer(RevocationList list, Optional<String> address, boolean isBrought) {
        static Offer from(String address, RevocationList list) {
            return new Offer(list, Optional.of(address), false);
        }
    }

    /** The result for an address: lists, or the reason why there is none. */
    record Delivery(List<Offer> offers, Optional<String> offline, Optional<String> unknown) {
        static Delivery of(List<Offer> offers) {
            return new Delivery(offers, Optional.empty(), Optional.empty());
        }
    }

    /** Returns the present lists that {@code issuer} issued. */
    List<Offer> atHand(X500Name issuer, Run run) {
        List<Offer> offers = brought(issuer, run);
        known.getOrDefault(issuer, List.of()).forEach(list -> offers.add(new Offer(list, Optional.empty(), false)));
        return offers;
    }

    /** Returns the lists that came with the message and name {@code issuer} as their issuer. */
    static List<Offer> brought(X500Name issuer, Run run) {
        List<Offer> offers = new ArrayList<>();
        run.brought(issuer).forEach(list -> offers.add(new Offer(list, Optional.empty(), true)));
        return offers;
    }

    /** Returns the list at an address: the kept one while it is current, otherwise a new one. */
    Delivery at(String address, Run run) {
        RevocationList kept = kept(address);
        List<Offer> offers = new ArrayList<>();
        if (kept != null) {
            offers.add(Offer.from(address, kept));
            if (isCurrent(kept, run.time)) {
                COUNT.hit();
                return Delivery.of(offers);
            }
            COUNT.expire();
        } else {
            COUNT.miss();
        }
        if (!run.mayFetch()) {
            return new Delivery(offers, Optional.of("limit of fetches reached"), Optional.empty());
        }
        return switch (downloads.get(request(address), run.deadline)) {
            case FetchResult.Fetched fetched -> {
                try {
                    offers.addFirst(Offer.from(address, RevocationList.of(fetched.body())));
                    yield Delivery.of(offers);
                } catch (CRLException e) {
                    yield new Delivery(offers, Optional.empty(), Optional.of("no list at " + address));
                }
            }
            case FetchResult.Failed(String why) ->
                new Delivery(offers, Optional.of(address + ": " + why), Optional.empty());
            case FetchResult.Refused(String why) ->
                new Delivery(offers, Optional.empty(), Optional.of(address + ": " + why));
        };
    }

    /**
     * Keeps a list that was found good, unless the kept one is as new. If the list is near its end and {@code mayAsk}
     * allows it, the next one is fetched in the background.
     */
    void keep(Offer offer, MailCertificate signer, Instant time, boolean mayAsk) {
        if (offer.address().isEmpty()) {
            return;
        }
        String address = offer.address().get();
        RevocationList list = offer.list();
        RevocationList kept = kept(address);
        Instant nextUpdate = list.nextUpdate().orElse(list.thisUpdate());
        if (kept == null || kept.thisUpdate().isBefore(list.thisUpdate())) {
            parsed.put(address, list);
            store.put(key(address), new StoredAnswer(list.encoded(), list.thisUpdate(), nextUpdate));
            return;
        }
        if (mayAsk && isNearItsEnd(list.thisUpdate(), nextUpdate, time, settings)) {
            downloads.ahead(request(address), result -> replace(address, list, signer, time, result));
        }
    }

    private void replace(String address, RevocationList old, MailCertificate signer, Instant time, FetchResult result) {
        if (result instanceof FetchResult.Fetched fetched) {
            try {
                RevocationList list = RevocationList.of(fetched.body());
                if (list.issuer().equals(old.issuer()) && isCurrent(list, time) && list.isSignedBy(signer)) {
                    keep(Offer.from(address, list), signer, time, true);
                }
            } catch (CRLException e) {
                // The old list can still be used, and the next attempt is made when it goes out of date.
            }
        }
    }

    /** Returns true if thisUpdate, minus the allowed clock skew, ≤ {@code time} ≤ nextUpdate. */
    boolean isCurrent(RevocationList list, Instant time) {
        return !list.thisUpdate().isAfter(time.plus(settings.clockSkew()))
                && list.nextUpdate().filter(next -> !next.isBefore(time)).isPresent();
    }

    static boolean isNearItsEnd(Instant thisUpdate, Instant nextUpdate, Instant time, RevocationSettings settings) {
        Duration life = Duration.between(thisUpdate, nextUpdate);
        return Duration.between(time, nextUpdate)
                        .compareTo(life.multipliedBy(settings.refreshAheadPercent())
                                .dividedBy(100))
                < 0;
    }

    private @org.jspecify.annotations.Nullable RevocationList kept(String address) {
        RevocationList list = parsed.getIfPresent(address);
        StoredAnswer stored = store.get(key(address)).orElse(null);
        // The store may have a newer list, because our own authority stores its lists there.
        if (list != null && (stored == null || !isOther(stored, list))) {
            return list;
        }
        if (stored == null || stored.octets().length > settings.maxCrlOctets()) {
            return null;
        }
        try {
            RevocationList read = RevocationList.of(stored.octets());
            parsed.put(address, read);
            return read;
        } catch (CRLException e) {
            return null;
        }
    }

    /**
     * Returns true if the stored list may be newer. Lists are dated to the second, so two may have the same date. Then
     * the one in the store is the later one.
     */
    private static boolean isOther(StoredAnswer stored, RevocationList list) {
        return !stored.thisUpdate().isBefore(list.thisUpdate()) && !Arrays.equals(stored.octets(), list.encoded());
    }

    private Downloads.Request request(String address) {
        return Downloads.Request.get(address, settings.maxCrlOctets());
    }

    private static String key(String address) {
        return "crl:" + address;
    }
}
