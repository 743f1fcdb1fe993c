package org.postseal.gateway.admin.cli.directory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.remote.ldap.LdapConnections;
import org.postseal.certstore.remote.ldap.LdapFailureException;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.policy.yaml.Nearest;

/** Finds the directory servers that an administrator names, and connects to them. */
final class ServerChoice {
    private ServerChoice() {}

    /**
     * Returns the servers that are named, in that order, or all of them if none is named.
     *
     * @param all the servers by name; not empty
     * @throws CommandFailure for a name that no server has
     */
    static <T> Map<String, T> of(Map<String, T> all, List<String> names) {
        Map<String, T> chosen = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        for (String name : names) {
            Optional.ofNullable(all.get(name))
                    .ifPresentOrElse(found -> chosen.put(name, found), () -> unknown.add(name));
        }
        if (!unknown.isEmpty()) {
            String first = unknown.getFirst();
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "there is no '" + Printable.line(first) + "' here" + Nearest.hint(first, all.keySet()),
                    "names are those below directory.ldap in the configuration");
        }
        return names.isEmpty() ? all : chosen;
    }

    /**
     * Returns the server that is named, or the only one.
     *
     * @throws CommandFailure when there is no server, or there are several and none is named
     */
    static LdapSettings one(StoreAccess store, Optional<String> name) {
        Map<String, LdapSettings> all = new LinkedHashMap<>();
        store.config().directory().ldap().forEach(each -> all.put(each.name(), each));
        if (all.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    "no directory server is configured",
                    "directory.ldap in the configuration names them; see docs/config-certificates.md");
        }
        if (name.isEmpty() && all.size() > 1) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "there are several directory servers: " + String.join(", ", all.keySet()),
                    "name one with --server");
        }
        return of(all, name.stream().toList()).values().iterator().next();
    }

    /** Returns connections to a server; the caller closes them. */
    static LdapConnections connections(LdapSettings settings) {
        try {
            return new LdapConnections(settings);
        } catch (LdapFailureException e) {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    settings.name() + " " + Printable.line(e.getMessage()),
                    ServerHints.of(e.failure(), settings.name()));
        }
    }
}
