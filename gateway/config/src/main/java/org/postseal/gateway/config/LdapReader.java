package org.postseal.gateway.config;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.Domain;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.ldap.LdapSettings.Attributes;
import org.postseal.certstore.remote.ldap.LdapSettings.Credentials;
import org.postseal.certstore.remote.ldap.LdapSettings.Limits;
import org.postseal.certstore.remote.ldap.LdapSettings.Query;
import org.postseal.certstore.remote.ldap.LdapSettings.Scope;
import org.postseal.certstore.remote.ldap.LdapSettings.Servers;
import org.postseal.certstore.remote.ldap.LdapShape;
import org.postseal.certstore.remote.ldap.LdapUrl;
import org.postseal.certstore.remote.sync.SyncMethod;
import org.postseal.certstore.remote.sync.SyncSettings;
import org.postseal.certstore.remote.sync.SyncSettings.Selection;
import org.postseal.policy.yaml.YamlValue;

/** Reads one directory server of {@code directory.ldap}. */
final class LdapReader {
    private final PathReader paths;
    private final boolean hasDatabase;

    LdapReader(PathReader paths, boolean hasDatabase) {
        this.paths = paths;
        this.hasDatabase = hasDatabase;
    }

    /**
     * A directory server.
     *
     * @param sync how it is copied into the database; empty if it is not copied
     */
    record Server(LdapSettings settings, Optional<SyncSettings> sync) {}

    Optional<Server> read(String name, Section server) {
        Key<List<LdapUrl>> urls = server.required(
                "urls", Type.oneOrMore(Type.text("a URL such as ldaps://dc1.example.com", LdapUrl::parse)));
        Key<String> filter = server.key("filter", YamlValue::string);
        LdapSettings settings = new LdapSettings(
                name,
                new Servers(
                        urls.or(List.of()),
                        server.value("startTls", Type.bool(), false),
                        server.key("trust", paths::existingFile).value(),
                        server.value("allowCleartextPassword", Type.bool(), false)),
                credentials(server),
                new Query(
                        server.value("base", YamlValue::possiblyEmpty, ""),
                        server.value("scope", Type.word(Scope.class), Scope.SUBTREE),
                        shape(server, filter),
                        Set.copyOf(server.value("domains", Type.oneOrMore(DOMAIN), List.of())),
                        server.value("skipDisabledAccounts", Type.bool(), false)),
                attributes(server.section("attributes"), Attributes.DEFAULT),
                limits(server.section("limits"), Limits.DEFAULT));
        Key<SyncSettings> sync = server.key("sync", Type.section(section -> sync(section, settings, filter)));
        if (!hasDatabase) {
            sync.error("needs a database to copy into");
        }
        if (urls.value().isPresent()) {
            settings.problems().forEach(server::error);
        }
        return Optional.of(new Server(settings, sync.value()));
    }

    private Optional<Credentials> credentials(Section server) {
        Key<String> bindDn = server.key("bindDn", YamlValue::string);
        Key<Path> passwordFile = server.key("passwordFile", paths::secretFile);
        if (!passwordFile.isWritten()) {
            bindDn.error("needs passwordFile beside it");
        }
        if (!bindDn.isWritten()) {
            passwordFile.error("needs bindDn beside it");
        }
        return bindDn.with(passwordFile, Credentials::new);
    }

    private static LdapShape shape(Section server, Key<String> filter) {
        Key<Shape> shape = server.key("shape", Type.word(Shape.class));
        if (shape.isWritten()) {
            filter.error("cannot stand beside shape");
        }
        return filter.value().<LdapShape>map(LdapShape.Template::new).orElseGet(() -> switch (shape.or(Shape.GENERIC)) {
            case ACTIVE_DIRECTORY -> new LdapShape.ActiveDirectory();
            case GENERIC -> new LdapShape.Generic();
        });
    }

    private static Attributes attributes(Section attributes, Attributes standard) {
        Type<String> name = Type.matching("the name of an attribute without options", "[A-Za-z][A-Za-z0-9-]{0,127}");
        return new Attributes(
                attributes.value("mail", name, standard.mail()),
                attributes.value("proxyAddresses", name, standard.proxyAddresses()),
                attributes.value("smime", Type.oneOrMore(name), standard.smime()),
                attributes.value("certificates", Type.oneOrMore(name), standard.certificates()));
    }

    private static Limits limits(Section limits, Limits standard) {
        Type<Duration> time = Type.time(Duration.ofMillis(10), Duration.ofMinutes(10));
        return new Limits(
                limits.value("connect", time, standard.connect()),
                limits.value("response", time, standard.response()),
                limits.value("total", time, standard.total()),
                limits.value("connections", Type.whole(1, 1000), standard.connections()),
                limits.value("pageSize", Type.whole(1, 100_000), standard.pageSize()),
                limits.value("entries", Type.whole(1, 10_000), standard.entries()),
                limits.value("values", Type.whole(1, 10_000), standard.values()),
                limits.value("messageOctets", Type.whole(64 << 10, 256 << 20), standard.messageOctets()));
    }

    private static Optional<SyncSettings> sync(Section sync, LdapSettings server, Key<String> lookUps) {
        Key<String> filter =
                sync.key("filter", Type.text("a filter as in RFC 4515 such as (mail=*)", LdapReader::filter));
        if (!filter.isWritten()) {
            lookUps.error("does not choose the entries of a copy: sync.filter must say which are copied");
        }
        SyncSettings standard =
                standard(sync, server, new Selection(server.query(), server.attributes(), filter.value()));
        return Optional.of(new SyncSettings(
                standard.source(),
                sync.value("method", Type.word(SyncMethod.class), standard.method()),
                standard.selection(),
                server.limits().pageSize(),
                sync.value(
                        "fullInterval", Type.time(Duration.ofHours(1), Duration.ofDays(90)), standard.fullInterval()),
                sync.value("interval", Type.time(Duration.ofSeconds(10), Duration.ofDays(1)), standard.pollInterval()),
                sync.value("maxRemovedPercent", Type.whole(0, 100), standard.maxRemovedPercent()),
                standard.dirSyncObjectSecurity(),
                standard.limits(),
                standard.responseTimeout(),
                standard.idleCheck(),
                standard.minBackoff(),
                standard.maxBackoff()));
    }

    private static SyncSettings standard(Section sync, LdapSettings server, Selection selection) {
        String source = DirectoryConfig.MIRROR + server.name();
        try {
            return SyncSettings.of(source, selection);
        } catch (IllegalArgumentException e) {
            sync.error("needs a base that is a distinguished name: " + e.getMessage());
            return SyncSettings.of(
                    source,
                    new Selection(Query.of("", server.query().shape()), server.attributes(), selection.filter()));
        }
    }

    private static Optional<String> filter(String text) {
        try {
            Filter _ = Filter.create(text);
            return Optional.of(text);
        } catch (LDAPException e) {
            return Optional.empty();
        }
    }

    /** The values of {@code shape}, which says how the entries of a server hold addresses. */
    private enum Shape {
        ACTIVE_DIRECTORY,
        GENERIC
    }

    private static final Type<Domain> DOMAIN = Type.text("a mail domain such as example.com", Domain::parse);
}
