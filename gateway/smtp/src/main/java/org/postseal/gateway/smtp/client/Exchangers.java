package org.postseal.gateway.smtp.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.postseal.certstore.CacheCount;
import org.postseal.certstore.Domain;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.policy.outcome.Reason;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SetResponse;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Finds where a domain takes its mail: its MX hosts by preference, at random among equals, and the addresses of each.
 * Without any MX these are the domain's own addresses (RFC 5321 §5.1). Answers are kept as long as they say.
 * Thread-safe.
 *
 * <p>A look-up that fails is never taken for an answer that there is nothing; the mail waits.
 */
final class Exchangers {
    private final LookupSession session;
    private final int port;
    private final String hostName;
    private final Duration limit;
    private final Duration total;
    private final RandomGenerator random;

    /**
     * @param hostName ours; hosts that are not better than we are would lead in a circle
     * @param limit for each question
     * @param total for all questions that one domain makes us ask
     */
    Exchangers(Target.MailExchangers target, String hostName, Duration limit, Duration total, RandomGenerator random) {
        List<InetSocketAddress> servers =
                target.resolvers().isEmpty() ? ResolverConfig.getCurrentConfig().servers() : target.resolvers();
        List<Resolver> resolvers = new ArrayList<>();
        for (InetSocketAddress server : servers) {
            SimpleResolver resolver = new SimpleResolver(server);
            resolver.setTimeout(limit.dividedBy(2));
            resolvers.add(resolver);
        }
        this.session = LookupSession.builder()
                .resolver(new ExtendedResolver(resolvers))
                .cache(new CountedCache())
                .build();
        this.port = target.port();
        this.hostName = hostName;
        this.limit = limit;
        this.total = total;
        this.random = random;
    }

    sealed interface Answer {
        /** There is at least one address; they are in the order to try them. */
        record Found(List<InetSocketAddress> addresses) implements Answer {}

        /** There is no address, or none is known now. */
        record Nowhere(Reason reason, String detail) implements Answer {}
    }

    /**
     * Asks until enough is found.
     *
     * @param deadline of the message; what is found by then is the answer
     */
    Answer of(Domain domain, Deadline deadline) {
        String text = domain.ascii();
        if (text.startsWith("[")) {
            return literal(text);
        }
        try {
            Name name = Name.fromString(text + ".");
            Deadline until = Deadline.in(deadline.within(total));
            Optional<List<MXRecord>> records = lookup(name, Type.MX, until)
                    .map(all -> all.stream()
                            .filter(MXRecord.class::isInstance)
                            .map(MXRecord.class::cast)
                            .toList());
            if (records.isEmpty()) {
                return new Answer.Nowhere(Reason.DOMAIN_UNKNOWN, "no such domain: " + text);
            }
            return records.get().isEmpty() ? addresses(List.of(name), text, until) : of(records.get(), text, until);
        } catch (LookupException | TextParseException failed) {
            return new Answer.Nowhere(Reason.MX_LOOKUP_FAILED, text + ": " + failed.getMessage());
        }
    }

    private Answer of(List<MXRecord> records, String domain, Deadline until) throws LookupException {
        // RFC 7505 §3: this is a null MX.
        if (records.stream().allMatch(record -> record.getTarget().equals(Name.root))) {
            return new Answer.Nowhere(Reason.NULL_MX, "null MX: " + domain);
        }
        List<MXRecord> order = new ArrayList<>(records);
        Collections.shuffle(order, java.util.Random.from(random));
        order.sort(Comparator.comparingInt(MXRecord::getPriority));
        // RFC 5321 §5.1: we are left out, and so is every host that is not better than we are.
        int ours = order.stream()
                .filter(record -> record.getTarget().toString(true).equalsIgnoreCase(hostName))
                .mapToInt(MXRecord::getPriority)
                .min()
                .orElse(Integer.MAX_VALUE);
        order.removeIf(
                record -> record.getPriority() >= ours || record.getTarget().equals(Name.root));
        return order.isEmpty()
                ? new Answer.Nowhere(Reason.MX_LEADS_HERE, hostName + " is the best MX of " + domain)
                : addresses(order.stream().map(MXRecord::getTarget).toList(), domain, until);
    }

    private Answer addresses(List<Name> hosts, String domain, Deadline until) throws LookupException {
        Set<InetSocketAddress> found = new LinkedHashSet<>();
        Optional<LookupException> failure = Optional.empty();
        for (Name host : hosts) {
            // A domain that names a hundred silent hosts keeps a message no longer than one that names a single silent
            // host.
            if (found.size() >= MOST_ADDRESSES || until.isOver()) {
                break;
            }
            for (int type : new int[] {Type.AAAA, Type.A}) {
                try {
                    lookup(host, type, until).orElse(List.of()).stream()
                            .flatMap(record -> address(record).stream())
                            .map(address -> new InetSocketAddress(named(host, address), port))
                            .forEach(found::add);
                } catch (LookupException failed) {
                    failure = Optional.of(failed);
                }
            }
        }
        if (found.isEmpty() && failure.isPresent()) {
            throw failure.get();
        }
        if (found.isEmpty() && until.isOver()) {
            throw new LookupException("time-out");
        }
        return found.isEmpty()
                ? new Answer.Nowhere(Reason.DOMAIN_UNKNOWN, "no MX of " + domain + " has an address")
                : new Answer.Found(List.copyOf(found).subList(0, Math.min(found.size(), MOST_ADDRESSES)));
    }

    private static Optional<InetAddress> address(Record record) {
        return switch (record) {
            case ARecord a -> Optional.of(a.getAddress());
            case AAAARecord a -> Optional.of(a.getAddress());
            default -> Optional.empty();
        };
    }

    /** Returns the address with the name that a certificate is to carry. */
    private static InetAddress named(Name host, InetAddress address) {
        try {
            return InetAddress.getByAddress(host.toString(true), address.getAddress());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of another length", impossible);
        }
    }

    // RFC 5321 §4.1.3: Domain has read it already.
    private Answer literal(String text) {
        String inside = text.substring(1, text.length() - 1);
        String address = inside.startsWith("ipv6:") ? inside.substring("ipv6:".length()) : inside;
        return new Answer.Found(List.of(new InetSocketAddress(InetAddress.ofLiteral(address), port)));
    }

    /**
     * Looks up records. The result is empty if there is no such name, and an empty list if the name has no such record.
     */
    private Optional<List<Record>> lookup(Name name, int type, Deadline until) throws LookupException {
        CompletableFuture<List<Record>> future = session.lookupAsync(name, type)
                .thenApply(result -> result.getRecords())
                .toCompletableFuture();
        try {
            return Optional.of(future.get(until.within(limit).toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException late) {
            future.cancel(true);
            throw new LookupException("time-out");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LookupException("interrupted");
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            if (cause instanceof NoSuchDomainException) {
                return Optional.empty();
            }
            if (cause instanceof NoSuchRRSetException) {
                return Optional.of(List.of());
            }
            throw new LookupException(cause.toString());
        }
    }

    /** Keeps what the DNS said, for as long as it said, and counts hits and misses. */
    private static final class CountedCache extends Cache {
        private static final CacheCount COUNT = CacheCount.of("dns");

        CountedCache() {
            super(DClass.IN);
        }

        @Override
        public SetResponse lookupRecords(Name name, int type, int leastCredibility) {
            SetResponse response = super.lookupRecords(name, type, leastCredibility);
            if (response.isUnknown()) {
                COUNT.miss();
            } else {
                COUNT.hit();
            }
            return response;
        }
    }

    /** The DNS gave no answer. */
    private static final class LookupException extends Exception {
        private static final long serialVersionUID = 1;

        LookupException(String message) {
            super(message);
        }
    }

    // A domain may name hundreds; RFC 5321 §5.1 wants at least two to be tried.
    private static final int MOST_ADDRESSES = 10;
}
