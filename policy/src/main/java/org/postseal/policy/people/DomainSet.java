package org.postseal.policy.people;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postseal.certstore.Domain;

/**
 * A set of domains. An entry is one domain ({@code example.com}), or everything below it ({@code *.example.com}), which
 * does not include {@code example.com} itself. Immutable once read.
 */
public final class DomainSet {
    private final Set<Entry> entries = new HashSet<>();
    private final Map<String, Entry> written = new LinkedHashMap<>();
    private final Set<String> exact = new HashSet<>();
    private final Set<String> parents = new HashSet<>();

    /** One entry as the policy writes it. */
    public record Entry(Domain domain, boolean below) {
        /** Reads an entry; empty if it is not a domain. */
        public static Optional<Entry> parse(String text) {
            boolean below = text.startsWith("*.");
            return Domain.parse(below ? text.substring(2) : text).map(domain -> new Entry(domain, below));
        }

        /** Returns the entry as it is written, with letters of ASCII in lower case. */
        String spelling() {
            return star() + domain.spelling();
        }

        /** Returns the entry in each standard spelling of its domain. */
        Set<String> standardSpellings() {
            return domain.standardSpellings().stream()
                    .map(name -> star() + name)
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        }

        private String star() {
            return below ? "*." : "";
        }
    }

    static DomainSet of(Entry entry) {
        DomainSet domains = new DomainSet();
        domains.add(entry);
        return domains;
    }

    /** Adds an entry; it must not be called after the set has been handed out. */
    public void add(Entry entry) {
        entries.add(entry);
        written.putIfAbsent(entry.spelling(), entry);
        (entry.below() ? parents : exact).add(entry.domain().ascii());
    }

    public Set<Entry> entries() {
        return Collections.unmodifiableSet(entries);
    }

    /** Returns the entries in each spelling in which they are written. */
    public Collection<Entry> written() {
        return Collections.unmodifiableCollection(written.values());
    }

    /** Returns true if the entry is written in this spelling. */
    boolean isWritten(String spelling) {
        return written.containsKey(spelling);
    }

    /**
     * Returns true if the set names the domain in the very spelling of {@code domain}, apart from the case of ASCII
     * letters. The {@code *} of an entry stands only for labels that have a single spelling.
     */
    public boolean spells(Domain domain) {
        String name = domain.spelling();
        if (isWritten(name)) {
            return true;
        }
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            if (isWritten("*." + name.substring(dot + 1))
                    && ONE_SPELLING.matcher(name.substring(0, dot)).matches()) {
                return true;
            }
        }
        return false;
    }

    /** Returns true if everything that the entry names is in this set. */
    public boolean covers(Entry entry) {
        return entry.below()
                ? parents.contains(entry.domain().ascii())
                        || hasParentOf(entry.domain().ascii())
                : has(entry.domain());
    }

    /** Returns true if everything in the other set is in this one. */
    boolean covers(DomainSet others) {
        return others.entries.stream().allMatch(this::covers);
    }

    /** Returns true if a domain may be in both sets. */
    boolean meets(DomainSet others) {
        return entries.stream().anyMatch(others::covers)
                || others.entries.stream().anyMatch(this::covers);
    }

    public boolean has(Domain domain) {
        return exact.contains(domain.ascii()) || hasParentOf(domain.ascii());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DomainSet set && entries.equals(set.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return written.values().stream()
                .map(entry -> entry.star() + entry.domain())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private boolean hasParentOf(String name) {
        if (!parents.isEmpty()) {
            for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
                if (parents.contains(name.substring(dot + 1))) {
                    return true;
                }
            }
        }
        return false;
    }

    // An A-label begins with xn--, and stands for a U-label beyond ASCII (RFC 5890 §2.3.2.1).
    private static final Pattern ONE_SPELLING =
            Pattern.compile("(?!xn--)[\\x00-\\x7F&&[^.]]+(\\.(?!xn--)[\\x00-\\x7F&&[^.]]+)*");
}
