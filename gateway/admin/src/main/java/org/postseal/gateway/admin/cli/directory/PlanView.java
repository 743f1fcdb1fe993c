package org.postseal.gateway.admin.cli.directory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.remote.ldap.PublishPlan;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.TextTable;

/** Shows what publishing does to an entry: to people, to scripts and in the audit log. */
final class PlanView {
    private PlanView() {}

    static void tell(StoreAccess store, String server, PublishPlan plan, Publication publication) {
        store.out().println("entry " + Printable.line(plan.dn()) + " of " + server);
        if (!plan.steps().isEmpty()) {
            TextTable table = new TextTable(store.out(), store.terminalWidth(), "WHAT", "ATTRIBUTE", "VALUE");
            plan.steps().forEach(step -> table.row(Options.word(step.kind()), step.attribute(), step.words()));
            table.flush();
        }
        store.out().println("userSMIMECertificate " + Printable.line(publication.smimeWords()));
    }

    static String outcome(PublishPlan plan, boolean isDone) {
        if (!plan.changesSomething()) {
            return "nothing to do: the entry is as it should be";
        }
        return count(plan, PublishPlan.Kind.ADD) + " added, " + count(plan, PublishPlan.Kind.REMOVE) + " removed, "
                + count(plan, PublishPlan.Kind.KEEP) + " kept" + (isDone ? "" : " (dry run, nothing changed)");
    }

    static List<String> details(String server, PublishPlan plan) {
        List<String> details = new ArrayList<>(List.of("server " + server, "entry " + plan.dn()));
        plan.steps().stream()
                .filter(step -> step.kind() != PublishPlan.Kind.KEEP)
                .forEach(step -> details.add(Options.word(step.kind()) + " " + step.attribute() + " " + step.words()));
        return details;
    }

    static Map<String, Object> members(String server, PublishPlan plan, Publication publication, boolean isDone) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("address", plan.user());
        members.put("server", server);
        members.put("entry", plan.dn());
        members.put("done", isDone);
        members.put("changes", plan.changesSomething());
        members.put("steps", plan.steps().stream().map(PlanView::members).toList());
        members.put("userSMIMECertificate", publication.smimeWords());
        return members;
    }

    private static Map<String, Object> members(PublishPlan.Step step) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("what", Options.word(step.kind()));
        members.put("attribute", step.attribute());
        members.put("text", step.words());
        return members;
    }

    private static long count(PublishPlan plan, PublishPlan.Kind kind) {
        return plan.steps().stream().filter(step -> step.kind() == kind).count();
    }
}
