package org.postseal.gateway.admin.cli.postfix;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.gateway.admin.cli.postfix.PostfixSettings.Service;

/** Collects what is unsafe, each once and with the command that corrects it. Not thread-safe. */
final class Findings {
    private final Postconf postconf;
    private final Set<Unsafe> found = new LinkedHashSet<>();

    Findings(Postconf postconf) {
        this.postconf = postconf;
    }

    List<Unsafe> all() {
        return List.copyOf(found);
    }

    void addAll(List<Unsafe> others) {
        found.addAll(others);
    }

    /** Adds what no single command corrects. */
    void unsafe(String what) {
        found.add(new Unsafe(true, what, PAGE));
    }

    /** Adds what is wrong with a service of {@code master.cf}, and no single command corrects. */
    void unsafe(Service service, String what) {
        unsafe("master.cf, " + service.label() + ": " + what);
    }

    /** Adds what may be meant so, or cannot be known. */
    void warning(String what) {
        found.add(new Unsafe(false, what, PAGE));
    }

    /** Adds a setting that {@code main.cf} needs. */
    void main(String setting, String because) {
        correct("main.cf needs " + setting + ": " + because, List.of(PostfixEdit.main(setting)));
    }

    /** Adds a setting that a service of {@code master.cf} needs. */
    void override(Service service, String setting, String because) {
        correct(
                "master.cf, " + service.label() + " needs " + setting.strip() + ": " + because,
                List.of(PostfixEdit.override(service.label() + "/" + setting)));
    }

    /** Adds a service of {@code master.cf} that another one needs as its own, by this parameter. */
    void service(Service service, String parameter, String name, String line, String because) {
        correct(
                "master.cf, " + service.label() + " needs " + parameter + " = " + name + ": " + because,
                List.of(
                        PostfixEdit.service(name + "/unix", line),
                        PostfixEdit.override(service.label() + "/" + parameter + " = " + name)));
    }

    private void correct(String what, List<PostfixEdit> edits) {
        found.add(new Unsafe(
                true, what, edits.stream().map(postconf::command).collect(Collectors.joining(" && ")), edits));
    }

    private static final String PAGE = "see docs/howto-postfix.md";
}
