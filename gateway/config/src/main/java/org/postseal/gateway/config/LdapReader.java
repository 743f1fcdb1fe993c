package org.postseal.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
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
import org.postseal.certstore.remote.sync.SyncSettings;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads one directory server of {@code directory.ldap}. */
final class LdapReader {
    private final String name;
    private final YamlMapping mapping;
    private final PathReader paths;
    private Optional<SyncSettings> sync = Optional.empty();

    LdapReader(String name, YamlMapping mapping, PathReader paths) {
        this.name = name;
        this.mapping = mapping;
        this.paths = paths;
    }

    /** Empty, with problems, when it cannot be used. */
    Optional<LdapSettings> read() {
        List<LdapUrl> urls = new ArrayList<>();
        mapping.required("urls")
                .ifPresent(value -> value.oneOrMore()
                        .forEach(item -> item.parsed("a URL such as ldaps://dc1.example.com", LdapUrl::parse)
                                .ifPresent(urls::add)));
        Servers servers = new Servers(
                urls,
                mapping.bool("startTls").orElse(false),
                mapping.value("trust").flatMap(paths::existingFile),
                mapping.bool("allowCleartextPassword").orElse(false));
        Optional<Credentials> credentials = credentials();
        Query query = new Query(
                mapping.value("base").flatMap(YamlValue::possiblyEmpty).orElse(""),
                mapping.word("scope", Scope.class).orElse(Scope.SUBTREE),
                shape(),
                domains(),
                mapping.bool("skipDisabledAccounts").orElse(false));
        Attributes attributes =
                mapping.mapping("attributes").map(LdapReader::attributes).orElse(Attributes.DEFAULT);
        Limits limits = mapping.mapping("limits").map(LdapReader::limits).orElse(Limits.DEFAULT);
        LdapSettings settings = new LdapSettings(name, servers, credentials, query, attributes, limits);
        sync = mapping.mapping("sync").flatMap(section -> new SyncReader(section).read(settings));
        mapping.refuseOthers();
        if (urls.isEmpty()) {
            return Optional.empty();
        }
        settings.problems().forEach(mapping::error);
        return Optional.of(settings);
    }

    /** How it is mirrored, if it is; known after {@link #read}. */
    Optional<SyncSettings> sync() {
        return sync;
    }

    private Optional<Credentials> credentials() {
        Optional<YamlValue> bindDn = mapping.value("bindDn");
        Optional<YamlValue> passwordFile = mapping.value("passwordFile");
        if (bindDn.isPresent() && passwordFile.isEmpty()) {
            bindDn.get().error("needs passwordFile beside it");
        }
        if (passwordFile.isPresent() && bindDn.isEmpty()) {
            passwordFile.get().error("needs bindDn beside it");
        }
        Optional<String> dn = bindDn.flatMap(YamlValue::string);
        Optional<Path> file = passwordFile.flatMap(paths::secretFile);
        return dn.flatMap(name -> file.map(path -> new Credentials(name, path)));
    }

    private LdapShape shape() {
        Optional<Shape> shape = mapping.word("shape", Shape.class);
        Optional<YamlValue> filter = mapping.value("filter");
        filter.filter(_ -> shape.isPresent()).ifPresent(value -> value.error("and shape exclude each other"));
        return filter.flatMap(YamlValue::string)
                .<LdapShape>map(LdapShape.Template::new)
                .orElseGet(() -> switch (shape.orElse(Shape.GENERIC)) {
                    case ACTIVE_DIRECTORY -> new LdapShape.ActiveDirectory();
                    case GENERIC -> new LdapShape.Generic();
                });
    }

    private Set<Domain> domains() {
        Set<Domain> domains = new LinkedHashSet<>();
        for (YamlValue item : mapping.oneOrMore("domains")) {
            item.parsed("a mail domain such as example.com", Domain::parse).ifPresent(domains::add);
        }
        return domains;
    }

    private static Attributes attributes(YamlMapping mapping) {
        Attributes standard = Attributes.DEFAULT;
        Attributes attributes = new Attributes(
                attribute(mapping.value("mail")).orElse(standard.mail()),
                attribute(mapping.value("proxyAddresses")).orElse(standard.proxyAddresses()),
                attributes(mapping, "smime").orElse(standard.smime()),
                attributes(mapping, "certificates").orElse(standard.certificates()));
        mapping.refuseOthers();
        return attributes;
    }

    private static Optional<List<String>> attributes(YamlMapping mapping, String key) {
        return mapping.value(key)
                .map(value -> value.oneOrMore().stream()
                        .flatMap(item -> attribute(Optional.of(item)).stream())
                        .toList());
    }

    private static Optional<String> attribute(Optional<YamlValue> value) {
        return value.flatMap(found -> found.parsed(
                "the name of an attribute without options",
                text -> text.matches("[A-Za-z][A-Za-z0-9-]{0,127}") ? Optional.of(text) : Optional.empty()));
    }

    private static Limits limits(YamlMapping mapping) {
        Limits standard = Limits.DEFAULT;
        Limits limits = new Limits(
                mapping.duration("connect", LEAST, MOST).orElse(standard.connect()),
                mapping.duration("response", LEAST, MOST).orElse(standard.response()),
                mapping.duration("total", LEAST, MOST).orElse(standard.total()),
                mapping.integer("connections", 1, 1000).orElse(standard.connections()),
                mapping.integer("pageSize", 1, 100_000).orElse(standard.pageSize()),
                mapping.integer("entries", 1, 10_000).orElse(standard.entries()),
                mapping.integer("values", 1, 10_000).orElse(standard.values()),
                mapping.integer("messageOctets", 64 << 10, 256 << 20).orElse(standard.messageOctets()));
        mapping.refuseOthers();
        return limits;
    }

    /** How a directory writes addresses down, as the admin says it. */
    private enum Shape {
        ACTIVE_DIRECTORY,
        GENERIC
    }

    private static final Duration LEAST = Duration.ofMillis(10);
    private static final Duration MOST = Duration.ofMinutes(10);
}
