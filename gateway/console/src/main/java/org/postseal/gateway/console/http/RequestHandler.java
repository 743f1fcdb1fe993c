package org.postseal.gateway.console.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the first request of a connection and then closes it. */
final class RequestHandler extends ChannelInboundHandlerAdapter {
    private final HttpListener.Settings settings;
    private final Pages pages;
    private final Places places;
    private boolean hasAsked;

    RequestHandler(HttpListener.Settings settings, Pages pages, Places places) {
        this.settings = settings;
        this.pages = pages;
        this.places = places;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        places.enter(context.channel());
        // The lifetime is limited, so that a peer cannot draw out its request or the reading of the answer.
        var _ = context.executor()
                .schedule(() -> close(context), settings.lifetime().toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        places.leave(context.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest request && !hasAsked) {
                hasAsked = true;
                places.asked(context.channel());
                refusal(request).ifPresentOrElse(page -> answer(context, page), () -> makePage(context, request));
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("{}: connection dropped: {}", settings.name(), cause.toString());
        close(context);
    }

    private Optional<Page> refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return Optional.of(
                    switch (request.decoderResult().cause()) {
                        case TooLongHttpLineException _ -> Page.text(414, "request line too long");
                        case TooLongHttpHeaderException _ -> Page.text(431, "header section too long");
                        case Throwable _ -> Page.text(400, "no HTTP request");
                    });
        }
        if (request.protocolVersion().majorVersion() != 1) {
            return Optional.of(Page.text(505, "HTTP/1.1 only"));
        }
        if (!isGet(request) && !isHead(request) && !takesPost(request)) {
            return Optional.of(Page.text(405, allowed() + " only"));
        }
        if (!takesPost(request) && hasContent(request)) {
            return Optional.of(Page.text(413, "no content is taken"));
        }
        // RFC 9112 §3.2
        if (request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && request.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
            return Optional.of(Page.text(400, "exactly one Host is needed"));
        }
        return Optional.empty();
    }

    private static boolean isGet(HttpRequest request) {
        return request.method().equals(HttpMethod.GET);
    }

    private static boolean isHead(HttpRequest request) {
        return request.method().equals(HttpMethod.HEAD);
    }

    private boolean takesPost(HttpRequest request) {
        return settings.contentOctets() > 0 && request.method().equals(HttpMethod.POST);
    }

    private String allowed() {
        return settings.contentOctets() > 0 ? "GET, HEAD, POST" : "GET, HEAD";
    }

    private static boolean hasContent(HttpRequest request) {
        return HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) != 0;
    }

    private Optional<byte[]> content(HttpRequest request) {
        return takesPost(request) && request instanceof FullHttpRequest full
                ? Optional.of(ByteBufUtil.getBytes(full.content()))
                : Optional.empty();
    }

    /** Makes the page on a thread of its own, not on the event loop, since it may wait for a disk. */
    private void makePage(ChannelHandlerContext context, HttpRequest request) {
        if (!(context.channel().remoteAddress() instanceof InetSocketAddress peer)) {
            close(context);
            return;
        }
        Map<String, String> fields = new HashMap<>();
        request.headers()
                .forEach(field -> fields.putIfAbsent(field.getKey().toLowerCase(Locale.ROOT), field.getValue()));
        Request asked = new Request(request.uri(), fields, peer.getAddress(), certificate(context), content(request));
        Thread.ofVirtual().name(settings.name() + "-page").start(() -> {
            Page page = page(asked);
            context.executor().execute(() -> answer(context, page));
        });
    }

    private static Optional<String> certificate(ChannelHandlerContext context) {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls == null || !tls.engine().getNeedClientAuth()) {
            return Optional.empty();
        }
        try {
            return Optional.of(tls.engine().getSession().getPeerPrincipal().getName());
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    private Page page(Request request) {
        try {
            return pages.of(request);
        } catch (RuntimeException e) {
            // This is a border: a page that fails must not leave the visitor without an answer.
            LOG.error("{}: {} cannot be shown", settings.name(), request.path(), e);
            return Page.text(500, "fails, see the log");
        }
    }

    private void answer(ChannelHandlerContext context, Page page) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(page.status()), Unpooled.wrappedBuffer(page.body()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, page.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, page.body().length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set("x-content-type-options", "nosniff");
        page.fields().forEach((name, value) -> response.headers().set(name, value));
        if (page.status() == HttpResponseStatus.METHOD_NOT_ALLOWED.code()) {
            response.headers().set(HttpHeaderNames.ALLOW, allowed());
        }
        context.writeAndFlush(response).addListener((ChannelFutureListener) done -> linger(context));
    }

    /**
     * Waits a moment before it closes the connection. If it closed at once with something of the request unread, the
     * connection would be reset and the answer lost (RFC 9112 §9.6).
     */
    private static void linger(ChannelHandlerContext context) {
        if (!(context.channel() instanceof SocketChannel socket) || !socket.isActive()) {
            close(context);
            return;
        }
        if (context.pipeline().get(HttpServerCodec.class) != null) {
            context.pipeline().remove(HttpServerCodec.class);
        }
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls == null) {
            var _ = socket.shutdownOutput();
        } else {
            // RFC 8446 §6.1: without close_notify, an attacker could have cut the answer off.
            tls.closeOutbound().addListener((ChannelFutureListener) _ -> {
                var _ = socket.shutdownOutput();
            });
        }
        var _ = context.executor().schedule(() -> close(context), LINGER_SECONDS, TimeUnit.SECONDS);
    }

    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }

    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);
    private static final int LINGER_SECONDS = 2;
}
