#include "CDashboard.h"

// #embed is C23, and in every clang that a Swift 6.2 or newer brings. It costs nothing to compile,
// and the build knows that this file depends on those.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define DASHBOARD_FILE(variable) variable, sizeof variable

static const unsigned char index_html[] = {
#embed "Page/index.html"
};
static const unsigned char style_css[] = {
#embed "Page/style.css"
};
static const unsigned char icon_svg[] = {
#embed "Page/icon.svg"
};
static const unsigned char app_js[] = {
#embed "Page/app.js"
};
static const unsigned char api_js[] = {
#embed "Page/api.js"
};
static const unsigned char catalogue_js[] = {
#embed "Page/catalogue.js"
};
static const unsigned char charts_js[] = {
#embed "Page/charts.js"
};
static const unsigned char collections_js[] = {
#embed "Page/collections.js"
};
static const unsigned char console_js[] = {
#embed "Page/console.js"
};
static const unsigned char dom_js[] = {
#embed "Page/dom.js"
};
static const unsigned char health_js[] = {
#embed "Page/health.js"
};
static const unsigned char payload_js[] = {
#embed "Page/payload.js"
};
static const unsigned char recommend_js[] = {
#embed "Page/recommend.js"
};
static const unsigned char snippets_js[] = {
#embed "Page/snippets.js"
};

static const dashboard_file files[] = {
  {"index.html", DASHBOARD_FILE(index_html)},
  {"style.css", DASHBOARD_FILE(style_css)},
  {"icon.svg", DASHBOARD_FILE(icon_svg)},
  {"app.js", DASHBOARD_FILE(app_js)},
  {"api.js", DASHBOARD_FILE(api_js)},
  {"catalogue.js", DASHBOARD_FILE(catalogue_js)},
  {"charts.js", DASHBOARD_FILE(charts_js)},
  {"collections.js", DASHBOARD_FILE(collections_js)},
  {"console.js", DASHBOARD_FILE(console_js)},
  {"dom.js", DASHBOARD_FILE(dom_js)},
  {"health.js", DASHBOARD_FILE(health_js)},
  {"payload.js", DASHBOARD_FILE(payload_js)},
  {"recommend.js", DASHBOARD_FILE(recommend_js)},
  {"snippets.js", DASHBOARD_FILE(snippets_js)},
};

const dashboard_file *dashboard_file_at(size_t index)
{
  return index < sizeof files / sizeof *files ? &files[index] : NULL;
}
