// Streamlit's own words in Vietnamese: it has no translations. Whole texts only, and never inside what pages wrote
// themselves. Nothing depends on it: without this file the same words are read in English.
(() => {
  "use strict";

  const WORDS = {
    // The menu, the header and the sidebar.
    "Rerun": "Tải lại số liệu", "Auto rerun": "Tự tải lại", "Always rerun": "Luôn tự tải lại", "Stop": "Dừng",
    "Settings": "Thiết đặt", "Print": "In trang", "Record screen": "Quay màn hình", "About": "Giới thiệu",
    "Record a screencast": "Quay màn hình", "Cancel recording": "Hủy quay", "Stop recording": "Dừng quay",
    "Start recording!": "Bắt đầu quay", "Also record audio": "Ghi cả âm thanh",
    "Clear cache": "Xóa bộ nhớ đệm", "Clear caches": "Xóa bộ nhớ đệm", "Get help": "Trợ giúp", "Report a bug": "Báo lỗi",
    "Theme": "Giao diện", "System": "Tự động", "Light": "Sáng", "Dark": "Tối",
    "This will record a video with the contents of your screen, so you can easily share what you're seeing with others.":
      "Quay lại màn hình thành video để gửi cho người khác xem.",
    "Press": "Bấm", "any time to stop recording.": "bất cứ lúc nào để dừng quay.",
    "Main menu": "Trình đơn", "Sidebar": "Thanh bên", "App pages": "Các trang", "Notifications": "Thông báo",
    "Collapse sidebar": "Thu thanh bên", "Expand sidebar": "Mở thanh bên", "Navigate to home page": "Về trang đầu",
    "Scroll tabs left": "Cuộn các thẻ sang trái", "Scroll tabs right": "Cuộn các thẻ sang phải",
    "Skip to main content": "Đến nội dung chính", "View less": "Thu gọn", "View more": "Xem thêm",
    "Close": "Đóng", "Cancel": "Hủy", "Copy": "Chép", "Copied": "Đã chép", "Copy to clipboard": "Chép",
    "Learn more": "Xem thêm", "Logo": "Biểu trưng", "Link to heading": "Liên kết đến mục này",
    // What is going on.
    "Running": "Đang chạy", "Running...": "Đang chạy…", "RUNNING...": "Đang chạy…", "Loading...": "Đang tải…",
    "Please wait...": "Xin chờ…", "Connecting": "Đang kết nối", "CONNECTING": "ĐANG KẾT NỐI", "Error": "Lỗi",
    "Connecting to Streamlit server": "Đang kết nối với máy chủ",
    "Unable to connect to Streamlit server": "Không kết nối được với máy chủ",
    "Connection error": "Mất kết nối", "Connection timed out.": "Quá lâu không kết nối được.",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:":
      "Máy chủ có thể đã dừng. Báo người quản trị khởi động lại:",
    "Reconnected to server.": "Đã kết nối lại.",
    "Connection lost. Please wait for the app to reconnect, then try again.": "Mất kết nối. Chờ kết nối lại rồi thử lại.",
    "Page not found": "Không có trang này",
    "Download failed": "Tải về không được", "Failed to generate file for download": "Không lập được tệp để tải về",
    "Try again": "Thử lại", "Request timed out": "Quá lâu không trả lời", "Network Error": "Lỗi mạng",
    // Boxes to choose from.
    "No results": "Không tìm thấy", "No options": "Không có lựa chọn", "No options to select": "Không có lựa chọn",
    "Select...": "Chọn…", "Choose an option": "Chọn một mục", "Choose options": "Chọn các mục",
    "Add an option": "Thêm một mục", "Add options": "Thêm các mục", "Choose or add an option": "Chọn hoặc thêm một mục",
    "Choose or add options": "Chọn hoặc thêm các mục", "Select all": "Chọn tất cả", "Clear all": "Bỏ tất cả",
    "Clear value": "Xóa", "Clear entry": "Xóa", "Open": "Mở", "Selectbox options": "Các lựa chọn",
    "Selected values": "Các mục đã chọn", "Increment": "Tăng", "Decrement": "Giảm",
    "Show password": "Hiện mật khẩu", "Hide password": "Ẩn mật khẩu", "Invalid input.": "Chưa hợp lệ.",
    "This field is required.": "Bắt buộc điền.", "(required)": "(bắt buộc)",
    "Press Enter to apply": "Bấm Enter để áp dụng", "Press Ctrl+Enter to apply": "Bấm Ctrl+Enter để áp dụng",
    "Press Enter to submit form": "Bấm Enter để gửi", "Press Ctrl+Enter to submit form": "Bấm Ctrl+Enter để gửi",
    "Choose date": "Chọn ngày", "Choose date range": "Chọn khoảng ngày", "Clear date": "Xóa ngày", "Clear dates": "Xóa ngày",
    "Choose date and time": "Chọn ngày giờ", "Quick select a date range": "Chọn nhanh khoảng ngày",
    "Date range": "Khoảng ngày", "Calendar": "Lịch", "Previous": "Trước", "Next": "Sau",
    "Use arrow keys to navigate dates. Enter to select. Escape to close.":
      "Phím mũi tên để chuyển ngày, Enter để chọn, Esc để đóng.",
    // Pages of a list.
    "Pagination": "Chuyển trang", "Previous page": "Trang trước", "Next page": "Trang sau",
    // Files.
    "Upload": "Chọn tệp", "Add files": "Thêm tệp", "Upload directories": "Chọn thư mục",
    "Drag and drop a file here": "Kéo tệp thả vào đây", "Drag and drop files here": "Kéo các tệp thả vào đây",
    "Drag and drop directories here": "Kéo thư mục thả vào đây", "Only one file is allowed.": "Chỉ nhận một tệp.",
    "file upload": "chọn tệp",
    // Tables and charts.
    "Download as CSV": "Tải về CSV", "Search": "Tìm trong bảng", "Fullscreen": "Toàn màn hình",
    "Close fullscreen": "Thu nhỏ lại", "Enter fullscreen": "Toàn màn hình", "Exit fullscreen": "Thu nhỏ lại",
    "Show/hide columns": "Ẩn, hiện cột", "Add row": "Thêm dòng", "Delete row(s)": "Xóa dòng",
    "Clear selection": "Bỏ chọn", "Close Search": "Đóng ô tìm", "Next Result": "Kết quả sau",
    "Previous Result": "Kết quả trước", "Dataframe column menu": "Trình đơn cột", "Button action menu": "Các thao tác",
    "Sort ascending": "Xếp tăng dần", "Sort descending": "Xếp giảm dần", "Format": "Định dạng",
    "Autosize": "Vừa chiều rộng", "Pin column": "Ghim cột", "Unpin column": "Bỏ ghim cột", "Hide column": "Ẩn cột",
    "Copy column name": "Chép tên cột", "Statistics": "Thống kê", "Automatic": "Tự động", "Localized": "Theo máy",
    "Plain": "Số trơn", "Compact": "Rút gọn", "Percent": "Phần trăm", "Accounting": "Kế toán", "Scientific": "Khoa học",
    "Dollar": "Đô la", "Euro": "Euro", "Yen": "Yên", "Distance": "Cách nay", "Edit": "Sửa",
    "Values": "Số giá trị", "Empty": "Trống", "Distinct": "Khác nhau", "Average": "Trung bình", "Median": "Trung vị",
    "Minimum": "Nhỏ nhất", "Maximum": "Lớn nhất", "Range": "Khoảng", "Sum": "Tổng", "Standard deviation": "Độ lệch chuẩn",
    "Average length": "Độ dài trung bình", "Minimum length": "Ngắn nhất", "Maximum length": "Dài nhất",
    "Based on sample": "Theo mẫu", "No data": "Không có dữ liệu", "No content": "Trống", "empty": "trống",
    "Vega visualization": "Biểu đồ", "Copy Vega-Lite spec": "Chép mã biểu đồ",
    "Show data": "Xem số liệu", "Show chart": "Xem biểu đồ", "Download as PNG": "Tải về PNG", "Save as SVG": "Lưu SVG",
    "Save as PNG": "Lưu PNG", "View Source": "Xem mã", "View Compiled Vega": "Xem mã Vega",
    "Open in Vega Editor": "Mở trong Vega Editor", "Click to view actions": "Các thao tác",
  };

  const PATTERNS = [
    [/^(?:Limit )?(\d+)\s?([KMG]?B) per file(.*)$/, "Mỗi tệp không quá $1 $2$3"],
    [/^File must be (.+) or smaller\.$/, "Tệp phải không quá $1."],
    [/^(.+) files are not allowed\.$/, "Không nhận tệp $1."],
    [/^Made with Streamlit (.+)$/, "Dựng bằng Streamlit $1"],
    [/^Page (\d+)$/, "Trang $1"],
    [/^View (\d+) more$/, "Xem thêm $1"],
    [/^Remove (.+)$/, "Bỏ $1"],
    [/^Select (\d+) matches$/, "Chọn $1 mục tìm thấy"],
    [/^Add: (.+)$/, "Thêm: $1"],
    [/^Shortcut (.+)$/, "Phím tắt $1"],
    [/^day, (.+)$/, "ngày, $1"],
    [/^month, (.+)$/, "tháng, $1"],
    [/^year, (.+)$/, "năm, $1"],
    [/^X-axis titled '(.*)' for .*$/, "Trục ngang: $1"],
    [/^Y-axis titled '(.*)' for .*$/, "Trục đứng: $1"],
    [/^Help for (.+)$/, "Giải thích: $1"],
    [/^Scroll to (.+)$/, "Cuộn đến $1"],
    [/^Attempting to connect to (.+)\.$/, "Đang kết nối lại với $1."],
    [/^You can only select up to (\d+) options?\. Remove an option first\.$/, "Chỉ chọn được $1 mục. Bỏ bớt một mục trước."],
    [/^(?:You have requested page .+, but no corresponding file was found in the app's pages\/ directory|The page that you have requested does not seem to exist)\. Running the app's main page\.$/,
      "Địa chỉ này không có trang nào. Đang mở trang đầu."],
    [/^Number is above the allowed range\. Please enter a value less than or equal to (.+)\.$/, "Số quá lớn: nhiều nhất là $1."],
    [/^Number is below the allowed range\. Please enter a value greater than or equal to (.+)\.$/, "Số quá nhỏ: ít nhất là $1."],
    [/^Number is outside the allowed range\. Please enter a value between (.+) and (.+)\.$/, "Số phải từ $1 đến $2."],
  ];

  const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt"];
  // What pages wrote themselves; a box for files puts its own word "Upload" where pages put theirs.
  const OWN = "[data-testid=stMarkdownContainer], [data-testid=stTable], [role=grid], svg, textarea, script, style";
  const NOT_OWN = "[data-testid=stFileUploaderDropzone]";
  const told = new WeakMap(); // node → its English texts by place, so that the English screen gets them back

  const inVietnamese = (text) => {
    const plain = text.trim().replace(/\u2026$/, "...");
    const word = Object.hasOwn(WORDS, plain) ? WORDS[plain] : null;
    if (word !== null) return text.replace(text.trim(), () => word);
    for (const [pattern, told] of PATTERNS) if (pattern.test(plain)) return plain.replace(pattern, told);
    return null;
  };

  const english = () => document.documentElement.lang === "en";

  // Puts one text right: `place` is an attribute's name, or "" for the text of a text node.
  const put = (node, place) => {
    const now = place ? node.getAttribute(place) : node.nodeValue;
    if (!now) return;
    const kept = told.get(node) ?? {};
    const was = kept[place];
    let then = null;
    if (english()) {
      if (was && was[1] === now) [then] = was;
      delete kept[place];
    } else {
      then = inVietnamese(now);
      if (then !== null) kept[place] = [now, then];
    }
    told.set(node, kept);
    if (then === null || then === now) return;
    if (place) node.setAttribute(place, then);
    else node.nodeValue = then;
  };

  const putText = (node) => {
    const around = node.parentElement;
    if (around && (!around.closest(OWN) || around.closest(NOT_OWN))) put(node, "");
  };

  const putElement = (element) => {
    for (const place of ATTRIBUTES) if (element.hasAttribute(place)) put(element, place);
  };

  const putAll = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return putText(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return undefined;
    putElement(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (walker.currentNode.nodeType === Node.TEXT_NODE) putText(walker.currentNode);
      else putElement(walker.currentNode);
    }
    return undefined;
  };

  // The page says in which language it is drawn; the document follows, for screen readers as for this script.
  const follow = () => {
    const said = document.querySelector(".coopkit-lang")?.lang;
    if (!said || said === document.documentElement.lang) return;
    document.documentElement.lang = said;
    putAll(document.body);
  };

  new MutationObserver((changes) => {
    follow();
    for (const change of changes) {
      if (change.type === "attributes") putElement(change.target);
      else if (change.type === "characterData") putText(change.target);
      else change.addedNodes.forEach(putAll);
    }
  }).observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: [...ATTRIBUTES, "lang"],
  });
  putAll(document.body);
})();
