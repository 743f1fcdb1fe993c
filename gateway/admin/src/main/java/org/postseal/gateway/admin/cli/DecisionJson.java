package org.postseal.gateway.admin.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.offline.OfflineResult;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.smtp.Reply;

/** Writes {@code decision.json}: what was decided for each recipient and why, and what the delivery units are. */
final class DecisionJson {
    private DecisionJson() {}

    static String of(OfflineResult result) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("from", result.from().mailbox().map(MailAddress::toString).orElse(""));
        root.put("role", result.role().name().toLowerCase(java.util.Locale.ROOT));
        root.put(
                "recipients",
                result.answers().stream().map(DecisionJson::recipient).toList());
        List<Object> units = new ArrayList<>();
        for (int i = 0; i < result.units().size(); i++) {
            OfflineResult.Unit unit = result.units().get(i);
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("file", FilterOutput.unitName(i));
            members.put("size", unit.octets().size());
            members.put(
                    "recipients",
                    unit.recipients().stream().map(MailAddress::toString).toList());
            units.add(members);
        }
        root.put("units", units);
        return JsonText.of(root) + "\n";
    }

    private static Map<String, Object> recipient(OfflineResult.Answer answer) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("recipient", answer.recipient().toString());
        Reply reply = answer.reply();
        members.put("decision", reply.isPermanent() ? "reject" : reply.isTemporary() ? "defer" : "deliver");
        members.put("reply", reply.toString());
        if (answer.record().isPresent()) {
            AuditEvent.RecipientDone done = answer.record().get();
            // A recipient whom the policy would serve may still be refused, because a copy could not be made
            if (reply.isPositive()) {
                members.put("decision", done.decision().word());
            }
            done.decision().reason().ifPresent(reason -> members.put("reason", reason));
            done.decision().detail().ifPresent(detail -> members.put("detail", detail));
            members.put("direction", done.decision().direction());
            members.put("rule", done.decision().rule());
            members.put("mailboxPolicy", done.decision().mailboxPolicy());
            members.put("protection", done.protection().added());
            AuditEvent.Handled handled = done.protection().handled();
            handled.came().ifPresent(came -> members.put("came", came));
            members.put("incoming", handled.done());
            handled.closed().ifPresent(why -> members.put("closed", why));
            handled.left().ifPresent(left -> members.put("left", left));
            members.put("signature", done.protection().signature());
            members.put("signedParts", done.protection().signedParts());
            members.put("certificates", done.protection().certificates());
            done.delivery().unit().ifPresent(unit -> members.put("unit", unit));
            members.put("steps", done.decision().steps());
            if (done.decision().isObserved()) {
                members.put("mode", "observe");
            }
            done.decision().shadow().ifPresent(shadow -> members.put("shadow", shadow(shadow)));
        }
        return members;
    }

    private static Map<String, Object> shadow(AuditEvent.Shadow shadow) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("policySha256", shadow.policySha256());
        members.put("rule", shadow.rule());
        members.put("decision", shadow.decision());
        members.put("protection", shadow.protection());
        members.put("incoming", shadow.incoming());
        shadow.reason().ifPresent(reason -> members.put("reason", reason));
        shadow.differs().ifPresent(differs -> members.put("differs", differs));
        shadow.detail().ifPresent(detail -> members.put("detail", detail));
        return members;
    }
}
