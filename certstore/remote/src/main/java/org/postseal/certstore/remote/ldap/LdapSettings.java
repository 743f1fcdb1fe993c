package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.SearchScope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;

/**
 * Says how to ask one directory server, or several with the same content. Immutable. {@link #problems} says what is
 * wrong with the settings.
 *
 * @param name the name in the configuration, such as {@code corp}
 */
public record LdapSettings(
        String name,
        Servers servers,
        Optional<Credentials> credentials,
        Query query,
        Attributes attributes,
        Limits limits) {
    /** Returns settings with these servers and this query, and defaults for the rest. */
    public static LdapSettings of(String name, Servers servers, Query query) {
        return new LdapSettings(name, servers, Optional.empty(), query, Attributes.DEFAULT, Limits.DEFAULT);
    }

    public LdapSettings with(Credentials wanted) {
        return new LdapSettings(name, servers, Optional.of(wanted), query, attributes, limits);
    }

    public LdapSettings with(Servers wanted) {
        return new LdapSettings(name, wanted, credentials, query, attributes, limits);
    }

    public LdapSettings with(Query wanted) {
        return new LdapSettings(name, servers, credentials, wanted, attributes, limits);
    }

    public LdapSettings with(Limits wanted) {
        return new LdapSettings(name, servers, credentials, query, attributes, wanted);
    }

    /**
     * Says everything that is wrong with the settings, in words for the administrator; empty if they can be used. It
     * reads no file and asks no server.
     */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (servers.urls().isEmpty()) {
            problems.add("no server is named");
        }
        if (servers.startTls() && servers.urls().stream().anyMatch(LdapUrl::isTls)) {
            problems.add("StartTLS and ldaps:// exclude each other");
        }
        if (credentials.isPresent() && !servers.allowCleartextPassword()) {
            servers.urls().stream()
                    .filter(url -> !url.isTls() && !servers.startTls() && !url.isLoopback())
                    .forEach(url -> problems.add("the password would cross the network in the clear to " + url
                            + ": use ldaps:// or StartTLS, or allow it explicitly"));
        }
        if (credentials.isPresent() && credentials.get().bindDn().isBlank()) {
            problems.add("the bind DN is empty");
        }
        query.shape().problem().ifPresent(problems::add);
        limits.problems(problems);
        return List.copyOf(problems);
    }

    /**
     * The directory servers, all with the same content.
     *
     * @param urls URLs in order of preference; the next is asked when one cannot be reached
     * @param startTls whether to begin TLS on the ldap port (RFC 4511 §4.14); a server that does not offer it is a
     *     failure
     * @param trust PEM file with the authorities that may have issued the servers' certificates; if empty, those of the
     *     Java runtime
     * @param allowCleartextPassword whether the password may cross the network unprotected
     */
    public record Servers(List<LdapUrl> urls, boolean startTls, Optional<Path> trust, boolean allowCleartextPassword) {
        public Servers {
            urls = List.copyOf(urls);
        }

        /** Returns these servers, without StartTLS and trust file. */
        public static Servers of(LdapUrl... urls) {
            return new Servers(List.of(urls), false, Optional.empty(), false);
        }
    }

    /**
     * The DN to bind as, and the file with its password. The file is read at each bind, so that a new password needs no
     * restart.
     */
    public record Credentials(String bindDn, Path passwordFile) {}

    /**
     * Says what to search for, and where.
     *
     * @param base the base DN; empty for a global catalog
     * @param domains the mail domains that the directory server knows; empty for any
     * @param skipDisabledAccounts whether to pass over entries whose userAccountControl has bit 2 (ACCOUNTDISABLE)
     */
    public record Query(String base, Scope scope, LdapShape shape, Set<Domain> domains, boolean skipDisabledAccounts) {
        public Query {
            domains = Set.copyOf(domains);
        }

        /** Returns whether the directory server may know the address. */
        public boolean covers(MailAddress address) {
            return domains.isEmpty() || domains.contains(address.domain());
        }

        /** Returns a search of the whole subtree for every domain. */
        public static Query of(String base, LdapShape shape) {
            return new Query(base, Scope.SUBTREE, shape, Set.of(), false);
        }
    }

    /** Says how deep to search below the base. */
    public enum Scope {
        BASE,
        ONE_LEVEL,
        SUBTREE;

        /** Returns the scope as the SDK's requests take it. */
        public SearchScope inSearches() {
            return switch (this) {
                case BASE -> SearchScope.BASE;
                case ONE_LEVEL -> SearchScope.ONE;
                case SUBTREE -> SearchScope.SUB;
            };
        }
    }

    /**
     * Names of attributes, without options.
     *
     * @param mail attribute with plain addresses
     * @param proxyAddresses attribute with addresses that have a type before them; {@code SMTP:} marks the primary one
     * @param smime attributes asked first (tier 0): bundles of certificate, chain and capabilities
     * @param certificates attributes asked next (tier 1): plain certificates
     */
    public record Attributes(String mail, String proxyAddresses, List<String> smime, List<String> certificates) {
        /** The names in Active Directory and inetOrgPerson. */
        public static final Attributes DEFAULT =
                new Attributes("mail", "proxyAddresses", List.of("userSMIMECertificate"), List.of("userCertificate"));

        public Attributes {
            smime = List.copyOf(smime);
            certificates = List.copyOf(certificates);
        }
    }

    /**
     * Limits what a directory server may cost.
     *
     * @param connect time to connect to one server, with the TLS handshake of ldaps
     * @param response time for one answer
     * @param total time for one look-up, with fail-over and waiting for a connection
     * @param connections number of connections at the same time
     * @param pageSize entries on each page of a long search (RFC 2696)
     * @param entries entries of one look-up; more is a failure
     * @param values values of one attribute in one entry, such as certificates or addresses; more is a failure
     * @param messageOctets octets of one message from the server, and so of one entry
     */
    public record Limits(
            Duration connect,
            Duration response,
            Duration total,
            int connections,
            int pageSize,
            int entries,
            int values,
            int messageOctets) {
        /**
         * The defaults. They suffice for a server on the other side of a continent and do not hold up a mail session.
         */
        public static final Limits DEFAULT = new Limits(
                Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(10), 8, 500, 20, 100, 8 << 20);

        public Limits times(Duration forConnect, Duration forResponse, Duration inTotal) {
            return new Limits(forConnect, forResponse, inTotal, connections, pageSize, entries, values, messageOctets);
        }

        public Limits connections(int wanted) {
            return new Limits(connect, response, total, wanted, pageSize, entries, values, messageOctets);
        }

        private void problems(List<String> problems) {
            for (Duration each : List.of(connect, response, total)) {
                if (each.compareTo(Duration.ofMillis(1)) < 0 || each.compareTo(Duration.ofHours(1)) > 0) {
                    problems.add("a time limit must lie between 1 ms and 1 h: " + each);
                }
            }
            for (int each : new int[] {connections, pageSize, entries, values, messageOctets}) {
                if (each < 1) {
                    problems.add("a limit must be at least 1: " + each);
                }
            }
        }
    }
}
