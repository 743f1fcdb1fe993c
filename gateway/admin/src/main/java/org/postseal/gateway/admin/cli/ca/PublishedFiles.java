package org.postseal.gateway.admin.cli.ca;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.postseal.certstore.Digest;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.authority.OcspResponder;
import org.postseal.gateway.console.http.Page;
import org.postseal.gateway.console.http.Pages;
import org.postseal.gateway.console.http.Request;

/**
 * Answers OCSP requests by GET and POST (RFC 6960, appendix A) and serves lists and certificates of an authority. What
 * stands before the last part of a path does not matter, since the URL of the authority may have a path. Thread-safe.
 */
final class PublishedFiles implements Pages {
    private final Path published;
    private final InstantSource clock;
    private final OcspResponder responder;

    PublishedFiles(Path published, InstantSource clock) {
        this.published = published;
        this.clock = clock;
        this.responder = new OcspResponder(published);
    }

    @Override
    public Page of(Request request) {
        if (request.content().isPresent()) {
            return answer(request.content().get());
        }
        String path = request.path();
        int asked = path.indexOf(ASKED);
        return asked < 0 ? file(path.substring(path.lastIndexOf('/') + 1)) : answer(decoded(path, asked));
    }

    private Page answer(byte[] request) {
        Instant now = clock.instant();
        OcspResponder.Reply reply = responder.reply(request, now);
        Page page = new Page(200, "application/ocsp-response", reply.octets());
        return reply.validity().isPresent()
                ? page.with(fields(reply.octets(), reply.validity().get(), now))
                : page;
    }

    // RFC 9919 §6.2
    private static Map<String, String> fields(byte[] octets, OcspResponder.Validity validity, Instant now) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("date", date(now));
        fields.put("last-modified", date(validity.thisUpdate()));
        fields.put("expires", date(validity.nextUpdate()));
        fields.put("etag", '"' + Digest.SHA_256.hex(octets) + '"');
        fields.put(
                "cache-control",
                "max-age=" + Duration.between(now, validity.nextUpdate()).toSeconds()
                        + ", public, no-transform, must-revalidate");
        return fields;
    }

    // What cannot be decoded is no request either, and so has a malformed request's answer.
    private static byte[] decoded(String path, int asked) {
        try {
            String text = path.substring(asked + ASKED.length()).replace("+", "%2B");
            return Base64.getDecoder().decode(URLDecoder.decode(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException malformed) {
            return new byte[0];
        }
    }

    private Page file(String name) {
        if (!NAME.matcher(name).matches()) {
            return Page.text(404, "no such file");
        }
        try {
            Path file = published.resolve(name);
            if (Files.size(file) > MAX_OCTETS) {
                return Page.text(500, "the file is too large");
            }
            // RFC 2585 §4
            return new Page(
                    200,
                    name.endsWith(".crl") ? "application/pkix-crl" : "application/pkix-cert",
                    Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Page.text(404, "no such file");
        } catch (IOException e) {
            return Page.text(500, "the file cannot be read");
        }
    }

    // RFC 9110 §5.6.7
    private static String date(Instant time) {
        return DATE.format(time.atOffset(ZoneOffset.UTC));
    }

    private static final String ASKED = "/" + CaSettings.RESPONDER + "/";
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,40}\\.(crl|cer)");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);
    private static final long MAX_OCTETS = 20 << 20;
}
