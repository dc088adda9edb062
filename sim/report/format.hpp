#pragma once
#include <span>
#include <string>
#include <vector>

#include "analysis/campaign.hpp"
#include "analysis/records/records.hpp"

namespace spof::report {

/// A way to write a campaign into a file. To add one: a file that defines its function, a line
/// among the declarations below, and a row in the table of format.cpp.
struct Format {
  const char* name;  ///< as in `--format`
  const char* file;  ///< in results/<scenario>/
  bool standard;     ///< written unless the user asks for others
  const char* help;
  std::string (*write)(const Campaign&);
};

std::span<const Format> formats();
/// By its name or its file's: "json" and "report.json" are the same. nullptr: there is none.
const Format* find_format(const std::string& word);
/// The names of all formats, or of those written unless the user asks for others.
std::vector<std::string> format_names(bool only_standard);

std::string report_md(const Campaign& campaign);
/// A page of its own, which loads nothing: verdict, charts, tables, the scenario.
std::string report_html(const Campaign& campaign);
std::string latency_csv(const Campaign& campaign);
std::string events_csv(const Campaign& campaign);
/// Quantiles of the latency of correct answers, of all runs together: as far as there are requests
/// enough, at least 1 / (1 - q).
std::string quantiles_csv(const Campaign& campaign);
/// What was taken of each pool, core, disk, link and queue in each window that had any.
std::string utilisation_csv(const Campaign& campaign);
std::string run_json(const Campaign& campaign);
/// Needs results with Plan::keep_requests; only the header line otherwise.
std::string requests_csv(const Campaign& campaign);
std::string junit_xml(const Campaign& campaign);
/// The run of the first seed as time series, for Prometheus. Grows with its steps (at most 1500, or
/// one a minute), not with its requests.
std::string openmetrics(const Campaign& campaign);

/// trace.log: the requests of the first run as HAProxy's `option httplog` writes them, behind a
/// syslog prefix, so that halog and the like read them. Dates count from 1970-01-01, the start of
/// the run. The client's port is the number of the request; byte and connection counts are not
/// known: "-".
std::string trace_log(const Campaign& campaign);

/// What came of writing.
struct Written {
  std::vector<std::string> files;  ///< paths, in the order given; empty on failure
  std::string error;               ///< one line for the user; empty on success
};

/// A file's name and what is to be in it.
struct TextFile {
  std::string name;
  std::string text;
};
/// Writes files into `directory`, which is made if need be. All are written beside their final
/// names first and take them only when the last one is safely on the disk: where one cannot be
/// written (disk full, no permission), all old files stay as they were and no temporary ones
/// remain. Names are taken one after the other. Each file is whole at any moment, but an end in
/// between (a kill, a power cut, a folder that is taken away) leaves new files beside old ones, and
/// perhaps temporary ones (.NAME.XXXXXX).
Written write_files(const std::string& directory, const std::vector<TextFile>& files);

/// The same for a campaign in these formats. Unknown ones are an error before anything is written.
Written write_files(const std::string& directory, const std::vector<std::string>& names,
                    const Campaign& campaign);

}  // namespace spof::report
