package org.postseal.gateway.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.source.ldap.LdapSettings;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code directory:}. */
final class DirectoryReader {
    private final YamlMapping directory;
    private final PathReader paths;

    DirectoryReader(YamlMapping directory, PathReader paths) {
        this.directory = directory;
        this.paths = paths;
    }

    DirectoryConfig read() {
        Optional<Path> database = directory.value("database").flatMap(paths::writableFile);
        Optional<YamlValue> masterKeyValue = directory.value("masterKey");
        // The file need not be there yet: `key import` says how to make it
        Optional<Path> masterKey = masterKeyValue.flatMap(paths::writableFile);
        List<LdapSettings> ldap = ldap();
        boolean hasDatabase = directory.value("database").isPresent();
        if (!hasDatabase) {
            masterKeyValue.ifPresent(value -> value.error("wraps the keys of the database, and there is none"));
        }
        Optional<YamlValue> harvestValue = directory.value("harvest");
        boolean harvest = harvestValue.flatMap(YamlValue::bool).orElse(hasDatabase);
        if (harvest && !hasDatabase) {
            harvestValue.ifPresent(value -> value.error("needs a database to remember in"));
        }
        List<String> sources = sources(known(hasDatabase, ldap));
        directory.refuseOthers();
        return new DirectoryConfig(database, masterKey, sources, ldap, harvest);
    }

    private List<LdapSettings> ldap() {
        List<LdapSettings> found = new ArrayList<>();
        directory
                .mapping("ldap")
                .ifPresent(servers -> servers.all().forEach((name, value) -> {
                    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
                        value.error("the name must be of letters, digits, dots, hyphens and underscores");
                    }
                    value.mapping()
                            .flatMap(mapping -> new LdapReader(name, mapping, paths).read())
                            .ifPresent(found::add);
                }));
        return found;
    }

    /** What can be asked, in the order that holds unless the admin gives another one (the certificate nearest to the admin's word first). */
    private static Map<String, String> known(boolean hasDatabase, List<LdapSettings> ldap) {
        List<String> names = new ArrayList<>();
        if (hasDatabase) {
            names.add(DirectoryConfig.PINS);
            names.add(DirectoryConfig.OWN);
        }
        names.add(DirectoryConfig.FILES);
        ldap.forEach(server -> names.add(DirectoryConfig.LDAP + server.name()));
        if (hasDatabase) {
            names.add(DirectoryConfig.HARVESTED);
        }
        Map<String, String> known = new LinkedHashMap<>();
        names.forEach(name -> known.put(name, name));
        return known;
    }

    private List<String> sources(Map<String, String> known) {
        Optional<YamlValue> value = directory.value("sources");
        if (value.isEmpty()) {
            return List.copyOf(known.keySet());
        }
        List<String> sources = new ArrayList<>();
        for (YamlValue item : value.get().oneOrMore()) {
            item.word(known).ifPresent(name -> {
                if (sources.contains(name)) {
                    item.error("is named twice");
                }
                sources.add(name);
            });
        }
        known.keySet().stream()
                .filter(name -> !sources.contains(name))
                .forEach(name -> value.get().warning("does not name " + name + ", which is never asked"));
        return sources;
    }
}
