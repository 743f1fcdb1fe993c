package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.console.http.Page;

/** Makes the pages for figures and health. Thread-safe. */
final class Pages {
    private final PrometheusRegistry registry;
    private final Readiness readiness;
    private final ExpositionFormats formats = ExpositionFormats.init();

    Pages(PrometheusRegistry registry, Readiness readiness) {
        this.registry = registry;
        this.readiness = readiness;
    }

    /**
     * Returns the page of a path.
     *
     * @param target the target of the request; its query is ignored
     * @param accept the Accept field of the request
     */
    Page of(String target, Optional<String> accept) {
        int query = target.indexOf('?');
        return switch (query < 0 ? target : target.substring(0, query)) {
            case "/metrics" -> metrics(accept);
            case "/live" -> Page.text(200, "live");
            case "/ready" -> ready();
            default -> Page.text(404, "not found; there are /metrics, /live and /ready");
        };
    }

    private Page metrics(Optional<String> accept) {
        ExpositionFormatWriter writer =
                accept.filter(formats.getOpenMetricsTextFormatWriter()::accepts).isPresent()
                        ? formats.getOpenMetricsTextFormatWriter()
                        : formats.getPrometheusTextFormatWriter();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            writer.write(body, registry.scrape());
        } catch (IOException neverOfAnArray) {
            return Page.text(500, "cannot be written");
        }
        return new Page(200, writer.getContentType(), body.toByteArray());
    }

    private Page ready() {
        List<String> faults = readiness.faults();
        return faults.isEmpty() ? Page.text(200, "ready") : Page.text(503, String.join("\n", faults));
    }
}
