#pragma once
#include <array>
#include <string_view>

namespace spof::stack::monitoring {

/// The names that a monitor can have scraped here: those of haproxy (2.6), node_exporter,
/// mysqld_exporter, nginx-exporter and the blackbox exporter, as far as the shipped rules need them.
/// A rule that asks for another one never fires. Labels: `job` ("haproxy", "mysql", "nginx", "node",
/// "probe") and `instance`, of every one; of HAProxy's `proxy`, `server`, `state`, `code`.
inline constexpr std::array<std::string_view, 24> exported_series{
    "up",
    "haproxy_frontend_http_responses_total",
    "haproxy_server_http_responses_total",
    "haproxy_server_status",
    "haproxy_server_current_queue",
    "haproxy_backend_active_servers",
    "haproxy_backend_backup_servers",
    "haproxy_backend_current_queue",
    "mysql_up",
    "mysql_global_status_threads_connected",
    "mysql_global_variables_max_connections",
    "mysql_slave_status_seconds_behind_master",
    "mysql_slave_status_slave_io_running",
    "mysql_slave_status_slave_sql_running",
    "nginx_up",
    "nginx_connections_active",
    "node_load1",
    "node_filesystem_size_bytes",
    "node_filesystem_avail_bytes",
    "probe_success",
    "probe_duration_seconds",
    "probe_http_status_code",
    "probe_ssl_earliest_cert_expiry",
    "ALERTS"};

}  // namespace spof::stack::monitoring
