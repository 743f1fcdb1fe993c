/** Renders templates as pages for people: HTML for a browser, and plain text such as a README. */
@NullMarked
package org.postseal.gateway.admin.page;

import org.jspecify.annotations.NullMarked;
