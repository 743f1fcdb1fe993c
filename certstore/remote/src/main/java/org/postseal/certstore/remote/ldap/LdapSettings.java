package org.postseal.certstore.remote.ldap;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;

/**
 * One directory server, or several that hold the same, and how to ask it. Immutable; {@link #problems} says what is wrong with it.
 *
 * @param name as in the configuration, {@code corp}
 */
public record LdapSettings(
        String name,
        Servers servers,
        Optional<Credentials> credentials,
        Query query,
        Attributes attributes,
        Limits limits) {
    /** A directory with everything usual but servers and query. */
    public static LdapSettings of(String name, Servers servers, Query query) {
        return new LdapSettings(name, servers, Optional.empty(), query, Attributes.DEFAULT, Limits.DEFAULT);
    }

    /** The same with a name and password to bind with. */
    public LdapSettings with(Credentials wanted) {
        return new LdapSettings(name, servers, Optional.of(wanted), query, attributes, limits);
    }

    /** The same with other servers. */
    public LdapSettings with(Servers wanted) {
        return new LdapSettings(name, wanted, credentials, query, attributes, limits);
    }

    /** The same with another query. */
    public LdapSettings with(Query wanted) {
        return new LdapSettings(name, servers, credentials, wanted, attributes, limits);
    }

    /** The same with other attributes. */
    public LdapSettings with(Attributes wanted) {
        return new LdapSettings(name, servers, credentials, query, wanted, limits);
    }

    /** The same with other limits. */
    public LdapSettings with(Limits wanted) {
        return new LdapSettings(name, servers, credentials, query, attributes, wanted);
    }

    /** What is wrong, all of it, in words for the admin; empty when it can be used. Reads no file and asks nobody. */
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
     * The servers.
     *
     * @param urls in order of preference; the next is asked when one cannot be reached
     * @param startTls begin TLS on the ldap port (RFC 4511 §4.14); a server that does not offer it is a failure
     * @param trust PEM file of the authorities that may have issued their certificates; without it the Java runtime's
     * @param allowCleartextPassword let the password cross the network unprotected
     */
    public record Servers(List<LdapUrl> urls, boolean startTls, Optional<Path> trust, boolean allowCleartextPassword) {
        public Servers {
            urls = List.copyOf(urls);
        }

        /** These, without StartTLS and trust file. */
        public static Servers of(LdapUrl... urls) {
            return new Servers(List.of(urls), false, Optional.empty(), false);
        }
    }

    /** Whom to bind as, and the file with the password; it is read at each bind, so that a new password needs no restart. */
    public record Credentials(String bindDn, Path passwordFile) {}

    /**
     * What to search for, and where.
     *
     * @param base base DN; empty for a global catalog
     * @param domains mail domains that this directory knows; empty for any
     * @param skipDisabledAccounts pass over entries whose userAccountControl has bit 2 (ACCOUNTDISABLE)
     */
    public record Query(String base, Scope scope, LdapShape shape, Set<Domain> domains, boolean skipDisabledAccounts) {
        public Query {
            domains = Set.copyOf(domains);
        }

        /** Whether this directory may know the address. */
        public boolean covers(MailAddress address) {
            return domains.isEmpty() || domains.contains(address.domain());
        }

        /** A search of the whole subtree for every domain. */
        public static Query of(String base, LdapShape shape) {
            return new Query(base, Scope.SUBTREE, shape, Set.of(), false);
        }
    }

    /** How deep below the base. */
    public enum Scope {
        BASE,
        ONE_LEVEL,
        SUBTREE
    }

    /**
     * Names of attributes, without options.
     *
     * @param mail plain addresses
     * @param proxyAddresses addresses with a type before them, {@code SMTP:} the primary one
     * @param smime asked first (tier 0): bundles of certificate, chain and capabilities
     * @param certificates asked next (tier 1): plain certificates
     */
    public record Attributes(String mail, String proxyAddresses, List<String> smime, List<String> certificates) {
        /** Those of Active Directory and inetOrgPerson. */
        public static final Attributes DEFAULT =
                new Attributes("mail", "proxyAddresses", List.of("userSMIMECertificate"), List.of("userCertificate"));

        public Attributes {
            smime = List.copyOf(smime);
            certificates = List.copyOf(certificates);
        }
    }

    /**
     * What a directory may cost.
     *
     * @param connect time to connect to one server, with the TLS handshake of ldaps
     * @param response time for one answer
     * @param total time for one look-up, fail-over and waiting for a connection included
     * @param connections at the same time
     * @param pageSize entries per page of a long search (RFC 2696)
     * @param entries of one look-up; more is a failure
     * @param values of one attribute of one entry: certificates, addresses; more is a failure
     * @param messageOctets of one message from the server, so of one entry
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
        /** Patient enough for a server across a continent, too impatient to hold up a mail session. */
        public static final Limits DEFAULT = new Limits(
                Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(10), 8, 500, 20, 100, 8 << 20);

        /** The same with other times. */
        public Limits times(Duration forConnect, Duration forResponse, Duration inTotal) {
            return new Limits(forConnect, forResponse, inTotal, connections, pageSize, entries, values, messageOctets);
        }

        /** The same with another number of connections. */
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
