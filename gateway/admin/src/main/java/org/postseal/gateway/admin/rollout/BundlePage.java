package org.postseal.gateway.admin.rollout;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the page that explains a folder of scripts. */
final class BundlePage {
    private BundlePage() {}

    static RolloutFile of(String title, String what, List<RolloutFile> files) {
        StringBuilder page = new StringBuilder(
                "# " + title + "\n\n" + what
                        + "\n\nRead each script before you run it; all of them can be run again. First the gateway gets its side, then Exchange the others, in this order:\n\n");
        int number = 1;
        for (Map.Entry<String, String> each : ABOUT.entrySet()) {
            if (files.stream().anyMatch(file -> file.name().equals(each.getKey()))) {
                page.append(number++)
                        .append(". `")
                        .append(each.getKey())
                        .append("`: ")
                        .append(each.getValue())
                        .append('\n');
            }
        }
        if (files.stream().anyMatch(RolloutFile::isSecret)) {
            page.append(
                    "\nThe `.token` files and `rules.ps1` hold secrets. Somebody who knows that of `submission.token` can have mail signed for your users; somebody who knows that of `done.token` can have their mail bypass the gateway.\n");
        }
        return RolloutFile.of("README.md", page.toString());
    }

    private static final Map<String, String> ABOUT = about();

    private static Map<String, String> about() {
        Map<String, String> about = new LinkedHashMap<>();
        about.put(
                "gateway.yaml",
                "the gateway's side: merge it into `postseal.yaml`, with the `.token` files beside it if there are any, and for Exchange Online a `loop.key` of `openssl rand -hex 32`. Then run `postseal check`, and reload.");
        about.put(
                "connectors.ps1",
                "the way to the gateway and back. Exchange must trust the gateway's certificate, which has its whole chain and names the gateway.");
        about.put(
                "trust.ps1",
                "the issuers by which Exchange judges certificates, from `virtual-certificate-collection.sst` beside it.");
        about.put("smime-config.ps1", "the settings of Outlook on the web and the new Outlook: Set-SmimeConfig.");
        about.put("mobile-policies.ps1", "the settings of phones: mobile device mailbox policies.");
        about.put("tnef.ps1", "messages leave as MIME, not as winmail.dat, which nobody can sign.");
        about.put(
                "arc.ps1",
                "Exchange believes seals of the MTA beside the gateway, so that opened mail is not taken for forged.");
        about.put(
                "rules.ps1",
                "which mail goes through the gateway. Run it last, since it begins to send mail. Begin with one user: the script says what to change for that.");
        about.put("remove.ps1", "takes rules and connectors out again.");
        return about;
    }
}
